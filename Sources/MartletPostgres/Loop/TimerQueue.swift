/// Timers of one event loop, the next one first.
///
/// Kept sorted by insertion: a loop has about one timer for each connection that waits with a deadline.
struct TimerQueue {
    /// Names one timer.
    struct ID: Hashable {
        fileprivate let number: Int
    }

    private struct Timer {
        let id: ID
        let deadline: ContinuousClock.Instant
        let body: () -> Void
    }

    private var timers: [Timer] = []
    private var nextNumber = 0

    mutating func add(at deadline: ContinuousClock.Instant, _ body: @escaping () -> Void) -> ID {
        nextNumber += 1
        let timer = Timer(id: ID(number: nextNumber), deadline: deadline, body: body)
        let position = timers.firstIndex { $0.deadline > deadline } ?? timers.endIndex
        timers.insert(timer, at: position)
        return timer.id
    }

    mutating func remove(_ id: ID) {
        timers.removeAll { $0.id == id }
    }

    /// Milliseconds until the first is due, rounded up so that the loop does not wake too early; -1 if there is none.
    func millisecondsToNext() -> Int32 {
        guard let first = timers.first else { return -1 }
        return (first.deadline - .now).pollMilliseconds
    }

    /// Removes all that are due and returns them: a body may add or remove timers itself.
    mutating func takeDue() -> [() -> Void] {
        guard let first = timers.first else { return [] }
        let now = ContinuousClock.now
        guard first.deadline <= now else { return [] }
        let due = timers.prefix { $0.deadline <= now }
        timers.removeFirst(due.count)
        return due.map(\.body)
    }
}

extension Duration {
    /// For poll(2) and epoll_wait(2): rounded up, so that a wait does not end too early; 0 for what has passed.
    var pollMilliseconds: Int32 {
        guard self > .zero else { return 0 }
        let longest = Duration.milliseconds(Int64(Int32.max) - 1)
        let (seconds, attoseconds) = Swift.min(self, longest).components
        return Int32(seconds * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
    }
}
