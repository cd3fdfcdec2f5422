import MartletCore
import Synchronization

/// Sees which statements a task and its children run on any `RecordingEngine`, within a trace or without one.
package final class StatementWitness: Sendable {
    @TaskLocal package static var current: StatementWitness?

    /// Calls that are kept: enough to say what was run too often.
    private static let callsMax = 10_000

    private struct State {
        var statements = 0
        var calls: [[String]] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Statements that were sent.
    package var statements: Int { state.withLock { $0.statements } }

    /// The texts of each call, of the first ones only.
    package var calls: [[String]] { state.withLock { $0.calls } }

    func see(_ statements: [BoundStatement]) {
        let texts = statements.map(\.statement.text)
        state.withLock { state in
            state.statements += texts.count
            if state.calls.count < Self.callsMax { state.calls.append(texts) }
        }
    }
}
