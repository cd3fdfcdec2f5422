/// How much work a password is: each step doubles it.
package struct PasswordCost: Sendable, Hashable, Comparable {
    /// The power of two of bcrypt's rounds.
    package let exponent: Int

    /// What OWASP's cheat sheet on password storage asks of bcrypt at the least.
    ///
    /// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
    private static let floor = 10
    /// bcrypt takes no other.
    private static let ceiling = 31

    /// What this application hashes with: some tenths of a second of one core.
    package static let production = PasswordCost(exponent: 12)
    /// The least that bcrypt takes, for data sets of size S and tests alone: there is no way to it from configuration.
    static let ofSmallDataSets = PasswordCost(exponent: 4)

    private init(exponent: Int) {
        self.exponent = exponent
    }

    /// Takes a configured cost; nil below 10, however fast that would make a developer's machine.
    package init?(configured exponent: Int) {
        guard Self.floor...Self.ceiling ~= exponent else { return nil }
        self.exponent = exponent
    }

    /// The cost that a hash says it was made with; nil if it is no hash of bcrypt.
    package init?(of hash: String) {
        let parts = hash.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[1] == "2b", let exponent = Int(parts[2]) else { return nil }
        self.exponent = exponent
    }

    package static func < (left: PasswordCost, right: PasswordCost) -> Bool {
        left.exponent < right.exponent
    }
}
