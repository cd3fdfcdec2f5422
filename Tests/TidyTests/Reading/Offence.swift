/// A place where the house rules are broken.
struct Offence: Hashable, Comparable, CustomStringConvertible {
    /// The file, from the root of the package.
    var path: String
    /// Lines are counted from 1.
    var line: Int
    /// What is wrong there, and what is allowed instead.
    var message: String

    /// The form that editors and terminals make clickable.
    var description: String {
        "\(path):\(line): \(message)"
    }

    static func < (lhs: Offence, rhs: Offence) -> Bool {
        (lhs.path, lhs.line, lhs.message) < (rhs.path, rhs.line, rhs.message)
    }
}
