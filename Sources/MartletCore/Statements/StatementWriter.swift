/// What a normalizer tells of the statement it reads.
///
/// The calls are inlined away where nothing is written, so that the fingerprint costs no text.
protocol StatementWriter {
    /// A keyword or name, equal in both dialects' eyes to its lower case.
    mutating func word(_ bytes: UnsafeRawBufferPointer, keyword: Keyword)
    /// A name that needs its quotes.
    mutating func quotedName(_ name: QuotedName, foldingCase: Bool)
    /// A value.
    mutating func literal()
    /// Any other token as it was written.
    mutating func symbol(_ bytes: UnsafeRawBufferPointer, kind: Token.Kind)
    /// The operator that all spellings of unequal are written as, or that of equal.
    mutating func comparison(isEqual: Bool)
    /// A parenthesis opens; its elements can be dropped from now on.
    mutating func openList(_ bytes: UnsafeRawBufferPointer)
    /// The parenthesis that was opened last closes.
    mutating func closeList(_ bytes: UnsafeRawBufferPointer)
    /// A comma; the element behind it can be dropped.
    mutating func separator()
    /// The next element begins here, without a comma.
    mutating func beginElement()
    /// The element written last repeats the one before it: takes it back, together with its comma.
    mutating func dropElement()
}

/// Writes nothing.
struct SilentWriter: StatementWriter {
    @inline(__always)
    mutating func word(_ bytes: UnsafeRawBufferPointer, keyword: Keyword) {}
    @inline(__always)
    mutating func quotedName(_ name: QuotedName, foldingCase: Bool) {}
    @inline(__always)
    mutating func literal() {}
    @inline(__always)
    mutating func symbol(_ bytes: UnsafeRawBufferPointer, kind: Token.Kind) {}
    @inline(__always)
    mutating func comparison(isEqual: Bool) {}
    @inline(__always)
    mutating func openList(_ bytes: UnsafeRawBufferPointer) {}
    @inline(__always)
    mutating func closeList(_ bytes: UnsafeRawBufferPointer) {}
    @inline(__always)
    mutating func separator() {}
    @inline(__always)
    mutating func beginElement() {}
    @inline(__always)
    mutating func dropElement() {}
}
