internal import CLibPQ
internal import Glibc
internal import Synchronization

/// What the thread itself holds.
///
/// It must not keep the loop alive, so it knows it only weakly. `handlers` and `timers` belong to the thread; `jobs` is
/// shared and locked; `owner` is set once before the thread starts. That is why this is `@unchecked Sendable`.
final class EventLoopCore: @unchecked Sendable {
    private struct Jobs {
        var pending: [UnownedJob] = []
        var isAsleep = false
        var isStopped = false
    }

    private static let roundsMax = 16

    weak var owner: EventLoop?
    var timers = TimerQueue()
    private let epoll: Int32
    private let wakeUp: Int32
    private let jobs = Mutex(Jobs())
    private var handlers: [Int32: (UInt32) -> Void] = [:]
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
        let mustWake = jobs.withLock { jobs in
            jobs.pending.append(job)
            defer { jobs.isAsleep = false }
            return jobs.isAsleep
        }
        if mustWake { wake() }
    }

    func stop() {
        jobs.withLock { $0.isStopped = true }
        wake()
    }

    func watch(_ descriptor: Int32, for events: UInt32, _ handler: @escaping (UInt32) -> Void) -> Bool {
        handlers[descriptor] = handler
        return martlet_epoll_control(epoll, EPOLL_CTL_ADD, descriptor, events) == 0
    }

    func change(_ descriptor: Int32, to events: UInt32) -> Bool {
        martlet_epoll_control(epoll, EPOLL_CTL_MOD, descriptor, events) == 0
    }

    func forget(_ descriptor: Int32) {
        handlers[descriptor] = nil
        _ = martlet_epoll_control(epoll, EPOLL_CTL_DEL, descriptor, 0)
    }

    func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        var batch: [UnownedJob] = []
        while true {
            // Jobs beget jobs: several rounds of them cost one look at the sockets, a bounded number starves none.
            var rounds = 0
            repeat {
                takeJobs(into: &batch)
                perform(batch)
                rounds += 1
            } while !batch.isEmpty && rounds < Self.roundsMax
            let isIdle = batch.isEmpty
            if isIdle, isStopped { return }
            let ready = epoll_wait(epoll, &events, Int32(events.count), isIdle ? timers.millisecondsToNext() : 0)
            if isIdle { jobs.withLock { $0.isAsleep = false } }
            for position in 0..<Int(max(0, ready)) { dispatch(events[position]) }
            for body in timers.takeDue() { body() }
        }
    }

    private var isStopped: Bool {
        jobs.withLock(\.isStopped)
    }

    /// Takes what is pending; if that is nothing, whoever enqueues next must wake the thread.
    private func takeJobs(into batch: inout [UnownedJob]) {
        batch.removeAll(keepingCapacity: true)
        jobs.withLock { jobs in
            swap(&jobs.pending, &batch)
            jobs.isAsleep = batch.isEmpty
        }
    }

    /// Jobs keep their executor alive for as long as they run.
    private func perform(_ batch: [UnownedJob]) {
        guard !batch.isEmpty, let owner else { return }
        let serial = owner.asUnownedSerialExecutor()
        let task = owner.asUnownedTaskExecutor()
        for job in batch { job.runSynchronously(isolatedTo: serial, taskExecutor: task) }
    }

    private func dispatch(_ event: epoll_event) {
        let descriptor = event.data.fd
        if descriptor == wakeUp {
            var count: UInt64 = 0
            read(wakeUp, &count, 8)
            return
        }
        // The handler may have been forgotten by an earlier event of the same batch.
        handlers[descriptor]?(event.events)
    }

    private func wake() {
        var one: UInt64 = 1
        write(wakeUp, &one, 8)
    }
}
