/// The name of a table, column or index, which is data until it is quoted.
public struct Identifier: Sendable, Hashable, Comparable, ExpressibleByStringLiteral {
    /// The name as the catalog has it, unquoted.
    public let name: String

    /// Takes a name as the catalog has it.
    public init(_ name: String) {
        self.name = name
    }

    /// Takes a name as the catalog has it.
    public init(stringLiteral value: String) {
        self.init(value)
    }

    /// The name in double quotes, which both dialects understand: the one place where identifiers are quoted.
    public var quoted: String {
        // By scalars: as characters, a quote with a combining mark after it would not be found, and end the name.
        var quoted = "\""
        for scalar in name.unicodeScalars {
            if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    /// Orders names as text.
    public static func < (lhs: Identifier, rhs: Identifier) -> Bool {
        lhs.name < rhs.name
    }
}

/// The name of a table or index with its schema: `public.messages`.
///
/// SQLite's schema is `main`.
public struct QualifiedName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The schema, unquoted.
    public let schema: String
    /// The name within the schema, unquoted.
    public let name: String

    /// Takes both parts as the catalog has them.
    public init(schema: String, name: String) {
        self.schema = schema
        self.name = name
    }

    /// Both parts quoted, ready to stand in a statement.
    public var quoted: String {
        Identifier(schema).quoted + "." + Identifier(name).quoted
    }

    /// For people: the schema is left out where it is the default one.
    public var description: String {
        schema == "public" || schema == "main" ? name : "\(schema).\(name)"
    }

    /// Orders by schema, then by name.
    public static func < (lhs: QualifiedName, rhs: QualifiedName) -> Bool {
        (lhs.schema, lhs.name) < (rhs.schema, rhs.name)
    }
}
