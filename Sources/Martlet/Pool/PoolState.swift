internal import MartletCore

/// What a pool keeps under its lock.
struct PoolState {
    var machine: PoolStateMachine<PoolRequest>
    /// By slot.
    var sessions: [PooledSession?]
    /// By slot.
    var loans: [PooledConnection?]
    /// By slot: names the question whether the session is alive that has not been answered.
    var checks: [Int]
    /// By slot: whether a borrower gave the session back otherwise than ready, and it was not found sound since.
    var isSpoilt: [Bool]
    var lastConnectFailure: EngineError?
    var metrics = PoolMetrics()
    var timer: Task<Void, Never>?
    /// When the timer wakes.
    var timerInstant: Duration?
    /// Tells of what there is, every now and then.
    var reporting: Task<Void, Never>?
    var isFinished = false
    var shutdownWaiters: [CheckedContinuation<Void, Never>] = []

    init(_ configuration: PoolConfiguration) {
        machine = PoolStateMachine(configuration.limits)
        let capacity = configuration.limits.capacity
        sessions = Array(repeating: nil, count: capacity)
        loans = Array(repeating: nil, count: capacity)
        checks = Array(repeating: 0, count: capacity)
        isSpoilt = Array(repeating: false, count: capacity)
    }

    func snapshot() -> PoolMetrics {
        var snapshot = metrics
        let counts = machine.counts
        snapshot.used = counts.leased
        snapshot.idle = counts.idle
        snapshot.changing = counts.open - counts.leased - counts.idle
        snapshot.pendingRequests = counts.waiting
        snapshot.max = machine.limits.capacity
        snapshot.min = machine.limits.min
        return snapshot
    }
}

extension [PooledSession?] {
    /// Whether the session of a slot is known to have ended.
    @inline(__always)
    func isLost(_ slot: Int) -> Bool {
        self[slot].map { $0.standing == .lost } ?? true
    }
}
