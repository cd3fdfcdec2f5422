internal import MartletCore

/// What is left to do of an action once the pool's lock is open again.
enum PoolEffect {
    case lend(PoolRequest, PooledConnection)
    case refuse(PoolRequest, PoolRefusal, loans: [PooledConnection], cause: EngineError?)
    case connect(slot: Int)
    case validate(slot: Int, PooledSession, check: Int)
    case close(slot: Int, PooledSession, wasIdle: Bool)
    case report(PooledConnection)
    case finish([CheckedContinuation<Void, Never>])
}
