internal import Dispatch
internal import MartletCore
internal import Synchronization

/// Hands jobs from many callers to one session's thread, and interrupts the one that is running.
///
/// A job waits, then runs, then is done. One that is cancelled or late while it waits is refused at once; one that runs
/// is interrupted within SQLite. Each waiting job has a caller that is suspended, so there are never more jobs
/// than callers.
final class Mailbox: Sendable {
    private struct Running {
        let id: Int
        let deadline: ContinuousClock.Instant?
        var interruption: Interruption?
        /// While true the work is cleaning up and must not be interrupted.
        var isShielded = false
    }

    private struct State {
        var waiting: [Job] = []
        var running: Running?
        var isClosed = false
        var hasEnded = false
        /// Callers of `close` that wait for the thread to end.
        var awaitingEnd: [CheckedContinuation<Void, Never>] = []
        var lastID = 0
        /// Present while a database is lent, so that its pointer is valid.
        var interrupter: Interrupter?
        /// When the watchdog looks next; nil while it sleeps.
        var watchdogDue: ContinuousClock.Instant?
    }

    /// What the session was in when its last job ended.
    let standing = Atomic(SessionStanding.ready)
    private let state = Mutex(State())
    private let arrivals = DispatchSemaphore(value: 0)
    private let clock = ContinuousClock()

    /// SQLite forgets an interrupt that comes just before a statement's first step, so it is repeated to the job's end.
    private static let interruptEvery = Duration.milliseconds(5)

    // MARK: The callers' side

    /// A number that no other job of this session has.
    func nextID() -> Int {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// Adds a job at the end; refuses it if the session has ended.
    func post(_ job: Job) {
        let isClosed = state.withLock { state in
            guard !state.isClosed else { return true }
            state.waiting.append(job)
            arm(&state, for: job.deadline)
            return false
        }
        if isClosed { return job.refuse(.sessionEnded) }
        arrivals.signal()
    }

    /// Ends a job whose task was cancelled.
    func cancel(_ id: Int) {
        let refused = state.withLock { state -> Job? in
            if state.running?.id == id {
                state.running?.interruption = .cancelled
                interrupt(&state)
                return nil
            }
            guard let position = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiting.remove(at: position)
        }
        refused?.refuse(Interruption.cancelled.error(statement: nil))
    }

    /// Lets the jobs that wait run, and refuses all later ones.
    func close() {
        state.withLock { $0.isClosed = true }
        arrivals.signal()
    }

    /// Whether no more jobs are taken.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Returns once the thread has given its database back.
    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.awaitingEnd.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    // MARK: The thread's side

    /// Says that the thread has nothing open any more.
    func end() {
        let awaiting = state.withLock { state in
            state.hasEnded = true
            defer { state.awaitingEnd = [] }
            return state.awaitingEnd
        }
        for continuation in awaiting { continuation.resume() }
    }

    /// Blocks until there is work; false when the session has ended.
    func waitForWork() -> Bool {
        while true {
            let answer = state.withLock { state -> Bool? in
                if !state.waiting.isEmpty { return true }
                return state.isClosed ? false : nil
            }
            if let answer { return answer }
            arrivals.wait()
        }
    }

    /// Takes the first job that waits and makes it the running one.
    func take() -> Job? {
        state.withLock { state in
            guard !state.waiting.isEmpty else { return nil }
            let job = state.waiting.removeFirst()
            state.running = Running(id: job.id, deadline: job.deadline)
            return job
        }
    }

    /// Says that the running job is done.
    func finish() {
        state.withLock { $0.running = nil }
    }

    /// Refuses the first job that waits, for want of a database.
    func refuseNext(_ error: EngineError) {
        let job = state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
        job?.refuse(error)
    }

    /// Says which database statements run on from now; nil before it is given back.
    func attach(_ interrupter: Interrupter?) {
        state.withLock { $0.interrupter = interrupter }
    }

    /// Why the running job is to end; nil to go on.
    var interruption: Interruption? {
        state.withLock { $0.running?.interruption }
    }

    /// Runs work that must not be interrupted, such as a rollback.
    func shielded<Success>(_ body: () throws -> Success) rethrows -> Success {
        state.withLock { $0.running?.isShielded = true }
        defer { state.withLock { $0.running?.isShielded = false } }
        return try body()
    }

    // MARK: The watchdog

    private func interrupt(_ state: inout State) {
        guard let running = state.running, running.interruption != nil else { return }
        if !running.isShielded { state.interrupter?.interrupt() }
        arm(&state, for: clock.now + Self.interruptEvery)
    }

    /// One timer serves all jobs.
    ///
    /// It is set anew only for a moment earlier than the one it waits for, so a million short statements with long
    /// deadlines leave one timer behind, not a million.
    private func arm(_ state: inout State, for moment: ContinuousClock.Instant?) {
        guard let moment else { return }
        if let due = state.watchdogDue, due <= moment { return }
        state.watchdogDue = moment
        let delay = max(.zero, moment - clock.now)
        DispatchQueue.global(qos: .userInitiated)
            .asyncAfter(deadline: .now() + delay.dispatchInterval) { [weak self] in
                self?.look(due: moment)
            }
    }

    private func look(due: ContinuousClock.Instant) {
        let late = state.withLock { state -> [Job] in
            // A timer that was overtaken by an earlier one has nothing to do.
            guard state.watchdogDue == due else { return [] }
            state.watchdogDue = nil
            let now = clock.now
            let late = state.waiting.filter { $0.isLate(at: now) }
            if !late.isEmpty { state.waiting.removeAll { $0.isLate(at: now) } }
            if let deadline = state.running?.deadline, deadline <= now, state.running?.interruption == nil {
                state.running?.interruption = .deadlineExceeded
            }
            interrupt(&state)
            if state.running?.interruption == nil { arm(&state, for: state.running?.deadline) }
            arm(&state, for: state.waiting.compactMap(\.deadline).min())
            return late
        }
        for job in late { job.refuse(Interruption.deadlineExceeded.error(statement: nil)) }
    }
}

extension Job {
    fileprivate func isLate(at now: ContinuousClock.Instant) -> Bool {
        deadline.map { $0 <= now } ?? false
    }
}

extension Duration {
    /// Whole microseconds, rounded up, so that a timer never fires early.
    fileprivate var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        let micro = Int64(1_000_000)
        // A year is as good as never, and keeps the arithmetic in range.
        guard seconds < 31_536_000 else { return .seconds(31_536_000) }
        return .microseconds(Int(seconds * micro + attoseconds / 1_000_000_000_000 + 1))
    }
}

extension EngineError {
    /// What a caller is told after `close`.
    static let sessionEnded = EngineError(
        .connectionLost,
        "The connection was closed; open another one."
    )
}
