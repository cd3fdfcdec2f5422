/// The text of a statement with its literals taken out, for reports and for OpenTelemetry's `db.query.text`.
///
/// Literals and placeholders are `?`, lists have one element, words are separated by one space, keywords are in
/// capitals, comments are gone. Two statements have the same normal form exactly if they have the same fingerprint.
public struct NormalForm: Sendable, Hashable, CustomStringConvertible {
    /// The text, without any value.
    public let text: String
    /// The fingerprint of the statement.
    public let fingerprint: Fingerprint

    /// Takes the normal form of a statement; any text has one.
    public init(of statement: String, dialect: Dialect) {
        self = Array(statement.utf8).withUnsafeBytes { NormalForm(ofUTF8: $0, dialect: dialect) }
    }

    /// Takes the normal form of a statement whose UTF-8, valid or not, is in memory already.
    public init(ofUTF8 statement: UnsafeRawBufferPointer, dialect: Dialect) {
        let writer = NormalFormWriter(capacity: statement.count)
        let (bits, written) = Normalizer.run(statement, dialect: dialect, writer: writer)
        fingerprint = Fingerprint(bits: bits)
        text = written.text
    }

    /// The text.
    public var description: String { text }
}

extension Statement {
    /// The text with its literals taken out.
    public func normalForm(_ dialect: Dialect) -> NormalForm {
        NormalForm(of: text, dialect: dialect)
    }

    /// What the statement has in common with those that differ only in literals, list lengths and the like.
    public func fingerprint(_ dialect: Dialect) -> Fingerprint {
        Fingerprint(of: text, dialect: dialect)
    }
}
