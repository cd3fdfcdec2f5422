/// Somebody who waits for one key of a loader: a call for this key alone, or a call for several.
enum LoadWaiter<Value: Sendable>: Sendable {
    case single(CheckedContinuation<Value?, any Error>)
    case part(LoadGathering<Value>, position: Int)

    func resume(with result: Result<Value?, any Error>) {
        switch self {
        case .single(let continuation): continuation.resume(with: result)
        case .part(let gathering, let position): gathering.receive(result, at: position)
        }
    }
}
