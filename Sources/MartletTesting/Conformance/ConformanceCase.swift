package import MartletCore

/// One thing that every engine must do, with a name that says what.
package struct ConformanceCase: Sendable, CustomStringConvertible {
    /// The rule in words.
    package let name: String
    /// Throws a `ConformanceFailure` that says what was expected and what came, or the engine's own error.
    package let run: @Sendable (any Engine) async throws -> Void

    /// Takes the rule and what tries it.
    package init(_ name: String, run: @escaping @Sendable (any Engine) async throws -> Void) {
        self.name = name
        self.run = run
    }

    /// The name, as test reports show it.
    package var description: String { name }
}
