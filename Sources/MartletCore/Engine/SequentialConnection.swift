/// A connection that goes from one statement to the next by itself, without a task that waits for each.
package protocol SequentialConnection: Connection {
    /// Runs statements one after the other, each as soon as the one before was answered, and drops their rows.
    ///
    /// Ends when the source has no more, or throws the first failure. As many round trips as `run` takes for each.
    func runInTurn(_ source: any StatementSource) async throws(EngineError)
}
