/// What an engine did instead of what it must.
package struct ConformanceFailure: Error, Sendable, CustomStringConvertible {
    /// What was expected, and what came.
    package let description: String

    /// Takes the sentence.
    package init(_ description: String) {
        self.description = description
    }
}
