/// All that both engines must do.
///
/// Each case makes its own tables and drops them, so cases run in any order, and beside the tables of others. Two runs
/// on one database must not overlap.
package enum Conformance {
    /// The cases by theme.
    package static let cases: [ConformanceCase] =
        valueCases + decodingCases + statementCases + errorCases + transactionCases + pipelineCases + streamCases
        + copyCases + interruptionCases + accessCases + loadCases + planCases + catalogCases
}
