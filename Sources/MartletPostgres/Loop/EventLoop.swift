internal import Foundation

/// One thread that waits on one epoll descriptor: at once the executor of the connections it serves and of the tasks
/// that ask for it, so that a caller on the loop reaches its connection without changing threads.
///
/// The thread ends when the last reference to the loop goes: connections and the engine hold one each.
package final class EventLoop: TaskExecutor, SerialExecutor {
    private let core: EventLoopCore

    /// Starts the thread.
    ///
    /// Throws when the process has no descriptors left.
    package init(name: String) throws(SystemCallFailure) {
        core = try EventLoopCore()
        core.owner = self
        let thread = Thread { [core] in core.run() }
        thread.name = name
        thread.start()
    }

    deinit {
        core.stop()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        core.enqueue(UnownedJob(job))
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    package func checkIsolated() {
        precondition(core.isCurrentThread, "called from outside the event loop's thread")
    }

    package func isIsolatingCurrentContext() -> Bool? {
        core.isCurrentThread
    }

    /// Calls the handler on the loop's thread whenever one of the events (EPOLLIN, EPOLLOUT) holds.
    ///
    /// On the loop only. False if the system has no room for it.
    func watch(_ descriptor: Int32, for events: UInt32, _ handler: @escaping (UInt32) -> Void) -> Bool {
        core.watch(descriptor, for: events, handler)
    }

    /// Changes the events of a descriptor that is watched.
    ///
    /// On the loop only. False if the system refuses.
    func change(_ descriptor: Int32, to events: UInt32) -> Bool {
        core.change(descriptor, to: events)
    }

    /// Ends watching, before the descriptor is closed.
    ///
    /// On the loop only.
    func forget(_ descriptor: Int32) {
        core.forget(descriptor)
    }

    /// Calls the body once at an instant, unless it is cancelled before.
    ///
    /// On the loop only.
    func schedule(at instant: ContinuousClock.Instant, _ body: @escaping () -> Void) -> TimerQueue.ID {
        core.timers.add(at: instant, body)
    }

    /// Forgets a timer.
    ///
    /// On the loop only.
    func cancel(_ timer: TimerQueue.ID) {
        core.timers.remove(timer)
    }
}
