import Synchronization

/// Runs the tasks of one scope one after the other, and so knows when none of them is ready to run.
///
/// Jobs are taken in the order in which they came, on whatever thread the base executor gives. As at most one of them
/// runs at a time, an empty queue after a job means that every task of the scope waits for something. That is the
/// instant at which loaders dispatch; no time window can say as much.
///
/// States: asleep → draining when a job comes; draining → asleep when nothing is ready and nobody waits for that.
@usableFromInline
final class ScopeExecutor: TaskExecutor {
    private struct State {
        var ready: [UnownedJob] = []
        var waitingForIdle: [CheckedContinuation<Void, Never>] = []
        var isDraining = false

        /// Says whether a drain must be started.
        mutating func beginDraining() -> Bool {
            defer { isDraining = true }
            return !isDraining
        }

        /// What a drain does next; jobs go into the empty array given.
        mutating func nextTurn(_ jobs: inout [UnownedJob]) -> Turn {
            if !ready.isEmpty {
                swap(&ready, &jobs)
                return .jobs
            }
            if !waitingForIdle.isEmpty {
                defer { waitingForIdle = [] }
                return .idle(waitingForIdle)
            }
            isDraining = false
            return .asleep
        }
    }

    private enum Turn {
        case jobs
        case idle([CheckedContinuation<Void, Never>])
        case asleep
    }

    /// After so many rounds of jobs the base executor serves others before it goes on.
    private static let roundsMax = 16

    private let base: (any TaskExecutor)?
    private let state = Mutex(State())

    /// Takes the executor whose threads it uses; nil for the default one.
    init(on base: (any TaskExecutor)?) {
        self.base = base
    }

    @usableFromInline
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mustStart = state.withLock { state in
            state.ready.append(job)
            return state.beginDraining()
        }
        if mustStart { start() }
    }

    /// Brings a task that prefers this executor onto it: the preference alone is heeded at the next suspension only.
    @concurrent
    func enter() async {}

    /// Returns when no other task of this executor is ready to run.
    @usableFromInline
    func idle() async {
        await withCheckedContinuation { continuation in
            let mustStart = state.withLock { state in
                state.waitingForIdle.append(continuation)
                return state.beginDraining()
            }
            if mustStart { start() }
        }
    }

    private func start() {
        Task.detached(executorPreference: base) { self.drain() }
    }

    private func drain() {
        let executor = asUnownedTaskExecutor()
        var jobs: [UnownedJob] = []
        for _ in 0..<Self.roundsMax {
            jobs.removeAll(keepingCapacity: true)
            switch state.withLock({ $0.nextTurn(&jobs) }) {
            case .jobs:
                for job in jobs { job.runSynchronously(on: executor) }
            case .idle(let waiting):
                for continuation in waiting { continuation.resume() }
            case .asleep:
                return
            }
        }
        start()
    }
}
