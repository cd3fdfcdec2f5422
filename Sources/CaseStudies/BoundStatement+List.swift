import MartletCore

extension BoundStatement.StringInterpolation {
    /// Binds each value of a list that is not empty, with commas between the placeholders, as the documents' tools do.
    mutating func appendInterpolation(list: [some ValueConvertible]) {
        for (place, value) in list.enumerated() {
            if place > 0 { appendLiteral(", ") }
            appendInterpolation(value)
        }
    }
}
