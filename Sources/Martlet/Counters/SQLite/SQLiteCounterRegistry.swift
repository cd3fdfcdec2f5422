internal import Foundation
internal import MartletCore

/// The table that says which counters there are.
struct SQLiteCounterRegistry {
    static let table = "martlet_counters"

    /// `generation` grows with each repair, so that two of them do not repair the same thing twice.
    static let create = """
        CREATE TABLE IF NOT EXISTS \(table) (
          name TEXT NOT NULL PRIMARY KEY,
          counted TEXT NOT NULL,
          key_columns TEXT NOT NULL,
          condition TEXT,
          sum TEXT,
          parent_table TEXT,
          parent_column TEXT,
          parent_key TEXT NOT NULL,
          created_at TEXT NOT NULL,
          initialised_at TEXT,
          generation INTEGER NOT NULL
        ) WITHOUT ROWID;
        """
    static let now = "strftime('%Y-%m-%d %H:%M:%f', 'now')"

    /// One counter as it was asked for.
    struct Entry: Sendable, Hashable {
        let definition: CounterDefinition
        let initialisedAt: Timestamp?
        let generation: Int
        /// The parent's columns that the key columns refer to.
        let parentKey: [String]
    }

    let connection: any Connection

    func entries() async throws -> [Entry] {
        guard try await exists() else { return [] }
        return try await connection.run("SELECT * FROM martlet_counters ORDER BY name").map(Self.entry)
    }

    func entry(_ name: CounterName) async throws -> Entry? {
        guard try await exists() else { return nil }
        return try await connection.run("SELECT * FROM martlet_counters WHERE name = \(name.text)").first
            .map(Self.entry)
    }

    /// Throws if there is no counter of that name.
    func existing(_ name: CounterName) async throws -> Entry {
        guard let entry = try await entry(name) else {
            throw CounterError(.unknownCounter, "there is no counter \(name); `counter list` names all")
        }
        return entry
    }

    private func exists() async throws -> Bool {
        try await
            !connection.run(
                "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = \(Self.table)"
            )
            .isEmpty
    }

    private static func entry(_ row: Row) throws -> Entry {
        let keys = try row.decode(String.self, "key_columns")
        var parent: CounterDefinition.Parent?
        if let table = try row.decode(String?.self, "parent_table"),
            let column = try row.decode(String?.self, "parent_column")
        {
            parent = .init(table: QualifiedName(schema: "main", name: table), column: column)
        }
        return Entry(
            definition: CounterDefinition(
                name: try CounterName(try row.decode(String.self, "name")),
                table: QualifiedName(schema: "main", name: try row.decode(String.self, "counted")),
                keyColumns: try names(keys),
                condition: try row.decode(String?.self, "condition"),
                sum: try row.decode(String?.self, "sum"),
                parent: parent
            ),
            initialisedAt: try row.decode(Timestamp?.self, "initialised_at"),
            generation: try row.decode(Int.self, "generation"),
            parentKey: try names(row.decode(String.self, "parent_key"))
        )
    }

    private static func names(_ json: String) throws -> [String] {
        try JSONDecoder().decode([String].self, from: Data(json.utf8))
    }

    /// The statement that adds a counter.
    static func insertion(_ shape: SQLiteCounterShape) -> String {
        let definition = shape.definition
        func literal(_ text: String?) -> String {
            text.map { SQLLiteral($0, dialect: .sqlite).description } ?? "NULL"
        }
        let keys = definition.keyColumns.map { literal($0) }.joined(separator: ", ")
        let parentKey = (shape.parent?.key ?? []).map { literal($0.name) }.joined(separator: ", ")
        return """
            INSERT INTO \(table) VALUES (\(literal(definition.name.text)), \(literal(definition.table.name)), \
            json_array(\(keys)), \(literal(definition.condition)), \(literal(definition.sum)), \
            \(literal(definition.parent?.table.name)), \(literal(definition.parent?.column)), \
            json_array(\(parentKey)), \(now), NULL, 0);
            """
    }
}
