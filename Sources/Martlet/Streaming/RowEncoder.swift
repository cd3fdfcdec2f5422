import MartletCore

/// Writes rows in one format.
protocol RowEncoder: Sendable {
    /// What stands before the first row.
    func begin(_ text: inout [UInt8])
    /// One row and its line end.
    func append(_ row: Row, to text: inout [UInt8])
}

extension [UInt8] {
    /// `\x` and two digits for each byte, PostgreSQL's own notation.
    mutating func append(hexadecimal bytes: [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        append(contentsOf: "\\x".utf8)
        for byte in bytes {
            append(digits[Int(byte >> 4)])
            append(digits[Int(byte & 15)])
        }
    }
}
