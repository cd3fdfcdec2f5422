internal import CLibPQ
internal import Glibc
internal import Synchronization

/// What the thread itself holds.
///
/// It must not keep the loop alive, so it knows it only weakly. `handlers`, `timers`, `ownJobs` and `batch` belong to
/// the thread; `jobs` is shared and locked; `owner` is set once before the thread starts. That is why this is
/// `@unchecked Sendable`.
final class EventLoopCore: @unchecked Sendable {
    typealias Handler = (UInt32) -> Void

    /// What other threads ask for.
    private struct Jobs {
        var pending: [UnownedJob] = []
        var isAsleep = false
    }

    private static let roundsMax = 16

    weak var owner: EventLoop?
    var timers = TimerQueue()
    private let epoll: Int32
    private let wakeUp: Int32
    private let jobs = Mutex(Jobs())
    private let isStopped = Atomic(false)
    /// Jobs that the thread asks of itself, which takes no lock.
    private var ownJobs: [UnownedJob] = []
    /// Memory of those that are being performed.
    private var batch: [UnownedJob] = []
    /// By descriptor: they are small numbers.
    private var handlers: [Handler?] = []
    /// The thread's own name for itself; 0 until it runs.
    ///
    /// Asked from any thread.
    private let thread = Atomic<UInt>(0)

    init() throws(SystemCallFailure) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw SystemCallFailure(call: "epoll_create1", number: errno) }
        wakeUp = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard wakeUp >= 0 else {
            let number = errno
            close(epoll)
            throw SystemCallFailure(call: "eventfd", number: number)
        }
        _ = martlet_epoll_control(epoll, EPOLL_CTL_ADD, wakeUp, EPOLLIN.rawValue)
    }

    deinit {
        close(wakeUp)
        close(epoll)
    }

    var isCurrentThread: Bool {
        thread.load(ordering: .relaxed) == UInt(pthread_self())
    }

    func enqueue(_ job: UnownedJob) {
        guard !isCurrentThread else { return ownJobs.append(job) }
        let mustWake = jobs.withLock { jobs in
            jobs.pending.append(job)
            defer { jobs.isAsleep = false }
            return jobs.isAsleep
        }
        if mustWake { wake() }
    }

    func stop() {
        isStopped.store(true, ordering: .releasing)
        wake()
    }

    func watch(_ descriptor: Int32, for events: UInt32, _ handler: @escaping Handler) -> Bool {
        let position = Int(descriptor)
        if position >= handlers.count {
            handlers.append(contentsOf: [Handler?](repeating: nil, count: position + 1 - handlers.count))
        }
        handlers[position] = handler
        return martlet_epoll_control(epoll, EPOLL_CTL_ADD, descriptor, events) == 0
    }

    func change(_ descriptor: Int32, to events: UInt32) -> Bool {
        martlet_epoll_control(epoll, EPOLL_CTL_MOD, descriptor, events) == 0
    }

    func forget(_ descriptor: Int32) {
        handlers[Int(descriptor)] = nil
        _ = martlet_epoll_control(epoll, EPOLL_CTL_DEL, descriptor, 0)
    }

    func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        while true {
            // Jobs beget jobs: several rounds of them cost one look at the sockets, a bounded number starves none.
            var rounds = 0
            while takeJobs(), rounds < Self.roundsMax {
                // Without the loop there is nobody left to whom they could matter.
                if let owner { perform(owner) } else { ownJobs.removeAll() }
                rounds += 1
            }
            let isIdle = ownJobs.isEmpty
            if isIdle, isStopped.load(ordering: .acquiring) { return }
            let ready = epoll_wait(epoll, &events, Int32(events.count), isIdle ? timers.millisecondsToNext() : 0)
            if isIdle { jobs.withLock { $0.isAsleep = false } }
            serve(events.prefix(Int(max(0, ready))))
            for body in timers.takeDue() { body() }
        }
    }

    /// Calls the handlers, and performs what each asks for before the next.
    ///
    /// So a server that was sent the next statement works on it while the answers of others are read.
    private func serve(_ events: ArraySlice<epoll_event>) {
        let owner = owner
        for event in events {
            dispatch(event)
            if let owner, !ownJobs.isEmpty { perform(owner) }
        }
    }

    /// Takes what others ask for; if there is nothing to do, whoever enqueues next must wake the thread.
    private func takeJobs() -> Bool {
        jobs.withLock { jobs in
            if !jobs.pending.isEmpty {
                ownJobs.append(contentsOf: jobs.pending)
                jobs.pending.removeAll(keepingCapacity: true)
            }
            jobs.isAsleep = ownJobs.isEmpty
        }
        return !ownJobs.isEmpty
    }

    /// Performs the jobs of this thread, without those that they beget.
    ///
    /// They keep their executor alive for as long as they run.
    private func perform(_ owner: EventLoop) {
        let serial = owner.asUnownedSerialExecutor()
        let task = owner.asUnownedTaskExecutor()
        swap(&ownJobs, &batch)
        for job in batch { job.runSynchronously(isolatedTo: serial, taskExecutor: task) }
        batch.removeAll(keepingCapacity: true)
    }

    private func dispatch(_ event: epoll_event) {
        let descriptor = event.data.fd
        if descriptor == wakeUp {
            var count: UInt64 = 0
            read(wakeUp, &count, 8)
            return
        }
        // The handler may have been forgotten by an earlier event of the same batch.
        handlers[Int(descriptor)]?(event.events)
    }

    private func wake() {
        var one: UInt64 = 1
        write(wakeUp, &one, 8)
    }
}
