import Dispatch
import Foundation
import Synchronization

/// The line before some threads, which live as long as it is open.
final class WorkerLine: Sendable {
    /// By how much the threads give way to all others of the system, of 19: a tenth of another's share of a core.
    ///
    /// What only answers should not wait for a core that hashes; who signs in should not wait for ever either.
    private static let niceness: Int32 = 10
    /// `SCHED_BATCH` of Linux: a thread that never asks to be quick.
    private static let batchPolicy: Int32 = 3

    private struct State {
        var jobs: [WorkerJob] = []
        var threads = 0
        /// Threads that are at work.
        var busy = 0
        /// Jobs that threads have taken.
        var begun = 0
        var lastID: UInt64 = 0
        var isClosed = false
    }

    private let threadsMax: Int
    private let waitingMax: Int
    private let state = Mutex(State())
    /// Signalled for each job and, when the line closes, for each thread.
    private let arrivals = DispatchSemaphore(value: 0)

    init(threadsMax: Int, waitingMax: Int) {
        self.threadsMax = threadsMax
        self.waitingMax = waitingMax
    }

    func nextID() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// Lines a job up; called in the task that waits for it.
    func enter(_ job: WorkerJob) {
        let refusal = state.withLock { state -> (any Error)? in
            // The task's flag is set before its handler runs, and the handler needs this lock: none is missed.
            if Task.isCancelled { return CancellationError() }
            let idle = threadsMax - state.busy
            guard state.jobs.count < waitingMax + idle else { return CoreWorkers.LineFull() }
            state.jobs.append(job)
            if state.threads < threadsMax {
                state.threads += 1
                start()
            }
            return nil
        }
        if let refusal { job.refuse(refusal) } else { arrivals.signal() }
    }

    /// Takes a job out that has not begun.
    func leave(_ id: UInt64) {
        let job = state.withLock { state -> WorkerJob? in
            guard let place = state.jobs.firstIndex(where: { $0.id == id }) else { return nil }
            return state.jobs.remove(at: place)
        }
        job?.refuse(CancellationError())
    }

    /// Lets the threads end.
    ///
    /// Nobody waits any more, for who does keeps the line open.
    func close() {
        let threads = state.withLock { state in
            state.isClosed = true
            return state.threads
        }
        for _ in 0..<threads { arrivals.signal() }
    }

    var waiting: Int { state.withLock { $0.jobs.count } }

    var begun: Int { state.withLock { $0.begun } }

    private func start() {
        let thread = Thread { [self] in
            Self.giveWay()
            work()
        }
        thread.name = "martlet-core"
        thread.start()
    }

    /// Lets others go before the calling thread.
    private static func giveWay() {
        var parameters = sched_param()
        _ = sched_setscheduler(0, batchPolicy, &parameters)
        // On Linux this is the calling thread alone: setpriority(2), "C library/kernel differences".
        setpriority(Int32(PRIO_PROCESS.rawValue), 0, niceness)
    }

    private func work() {
        while true {
            arrivals.wait()
            let (job, isClosed) = state.withLock { state -> (WorkerJob?, Bool) in
                guard !state.jobs.isEmpty else { return (nil, state.isClosed) }
                state.busy += 1
                state.begun += 1
                return (state.jobs.removeFirst(), false)
            }
            if isClosed { return }
            // A signal without a job: who waited has left.
            guard let job else { continue }
            job.work()
            state.withLock { $0.busy -= 1 }
        }
    }
}
