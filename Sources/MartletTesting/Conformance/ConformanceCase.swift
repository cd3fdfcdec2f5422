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

/// What an engine did instead of what it must.
package struct ConformanceFailure: Error, Sendable, CustomStringConvertible {
    /// What was expected, and what came.
    package let description: String

    /// Takes the sentence.
    package init(_ description: String) {
        self.description = description
    }
}

/// All that both engines must do.
///
/// Each case makes its own tables and drops them, so cases run in any order, and on a database that holds others' tables.
package enum Conformance {
    /// The cases by theme.
    package static let cases: [ConformanceCase] =
        valueCases + decodingCases + statementCases + errorCases + transactionCases + pipelineCases + streamCases
        + interruptionCases + accessCases + loadCases + planCases + catalogCases
}
