/// Writes nothing, for those who want the fingerprint alone.
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
