/// An exact decimal number in the notation of SQL: `-12.50`, `NaN`, `Infinity`.
///
/// The digits are kept as the database sent them, so nothing is rounded. Equality is equality of the notation:
/// `1.0` and `1.00` differ, as their scale does.
public struct DecimalNumber: Sendable, Hashable, CustomStringConvertible {
    /// The digits, sign and point.
    public let description: String

    /// Takes a notation as it is; nil if it is no number.
    public init?(_ notation: String) {
        guard notation == "NaN" || notation == "Infinity" || notation == "-Infinity" || Double(notation) != nil else {
            return nil
        }
        description = notation
    }

    /// Takes a notation that an engine has made itself.
    package init(trusted notation: String) {
        description = notation
    }
}
