import MartletCore

extension BoundStatement.StringInterpolation {
    /// Writes a number into the text itself, as clients do that know no placeholders, so that plans are made for it.
    mutating func appendInterpolation(spliced number: Int) {
        appendLiteral(String(number))
    }
}
