/// Who may send on a connection: many callers at once, or one alone.
///
/// First come, first served. Confined to the event loop of its connection.
struct Gate {
    /// The one that uses the connection alone.
    private(set) var isExclusive = false
    private var queue: [GateTicket] = []
    /// Those that were let in together and have not yet sent their statements.
    private var arriving = 0

    /// Whether a caller may send at once beside others.
    @inline(__always) var isOpen: Bool { !isExclusive && queue.isEmpty }

    mutating func append(_ ticket: GateTicket) {
        queue.append(ticket)
    }

    /// Gives a place in the queue up.
    mutating func remove(_ ticket: GateTicket) {
        queue.removeAll { $0 === ticket }
    }

    /// Lets in whoever is next, as far as may be.
    mutating func admit(isIdle: Bool) {
        while let next = queue.first, !isExclusive {
            if next.isExclusive {
                guard isIdle, arriving == 0 else { return }
                isExclusive = true
            } else {
                arriving += 1
            }
            queue.removeFirst()
            next.settle(.admitted)
        }
    }

    /// A caller that was let in beside others is about to send.
    mutating func arrive() {
        arriving -= 1
    }

    /// The one that used the connection alone is done.
    mutating func leave() {
        isExclusive = false
    }

    /// Lets nobody in any more.
    mutating func close() {
        let waiting = queue
        queue = []
        for ticket in waiting { ticket.settle(.failed) }
    }
}
