import Synchronization

/// One call for several keys, which goes on when the last of them is answered.
///
/// States: open → waiting when its caller suspends; either → done when nothing is missing. It never waits after that.
final class LoadGathering<Value: Sendable>: Sendable {
    private struct State {
        var values: [Value?]
        var missing: Int
        var failure: (any Error)?
        var continuation: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    /// Takes what is known already and how many answers are to come.
    init(_ values: [Value?], missing: Int) {
        state = Mutex(State(values: values, missing: missing))
    }

    func receive(_ result: Result<Value?, any Error>, at position: Int) {
        let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
            switch result {
            case .success(let value): state.values[position] = value
            case .failure(let error): state.failure = state.failure ?? error
            }
            state.missing -= 1
            guard state.missing == 0 else { return nil }
            return state.continuation.take()
        }
        continuation?.resume()
    }

    /// Waits for the last answer; throws the first error there was.
    func values() async throws -> [Value?] {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.missing > 0 { state.continuation = continuation }
                return state.missing == 0
            }
            if isDone { continuation.resume() }
        }
        return try state.withLock { state in
            if let failure = state.failure { throw failure }
            return state.values
        }
    }
}
