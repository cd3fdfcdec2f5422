extension Fingerprint {
    /// Takes the fingerprint of a statement, in one pass over its text and without allocating.
    ///
    /// Statements that differ only in literals, in the length of an IN list, of an array or of VALUES, in white space,
    /// comments, the case of keywords and of names without quotes, or in the style of placeholders have the same
    /// fingerprint. It takes any text: what is no SQL has a fingerprint too. `docs/fingerprints.md` has the rules.
    public init(of statement: String, dialect: Dialect) {
        let bits = statement.utf8.withContiguousStorageIfAvailable { Self.bits(UnsafeRawBufferPointer($0), dialect) }
        if let bits {
            self.init(bits: bits)
        } else {
            // Only strings bridged from Objective-C keep their bytes elsewhere; these are copied.
            let bits = Array(statement.utf8).withUnsafeBytes { Self.bits($0, dialect) }
            self.init(bits: bits)
        }
    }

    /// Takes the fingerprint of a statement whose UTF-8 is in memory already, such as a line of a log.
    ///
    /// The bytes need not be valid UTF-8.
    public init(ofUTF8 statement: Span<UInt8>, dialect: Dialect) {
        self.init(bits: statement.withUnsafeBytes { Self.bits($0, dialect) })
    }

    /// Takes the fingerprint of a statement whose UTF-8 is in memory already, for callers that have a pointer.
    ///
    /// The bytes need not be valid UTF-8, and are not read after the call.
    public init(ofUTF8 statement: UnsafeRawBufferPointer, dialect: Dialect) {
        self.init(bits: Self.bits(statement, dialect))
    }

    private static func bits(_ statement: UnsafeRawBufferPointer, _ dialect: Dialect) -> UInt64 {
        Normalizer.run(statement, dialect: dialect, writer: SilentWriter()).bits
    }
}
