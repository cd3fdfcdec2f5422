/// Sessions from one state to the next.
extension PoolStateMachine {
    /// An idle session that can be lent without asking the server; those that are too old or lost are closed.
    mutating func takeFresh(now: Duration, isLost: (Int) -> Bool, _ actions: inout Actions) -> Int? {
        while let slot = idle.last, case .idle(let since) = slots[slot].state {
            if slots[slot].retiresAt <= now || isLost(slot) {
                idle.removeLast()
                close(slot, &actions)
                continue
            }
            // Those below have been idle for longer.
            guard since + limits.validateAfter > now else { return nil }
            idle.removeLast()
            return slot
        }
        return nil
    }

    mutating func lease(_ slot: Int, now: Duration) {
        slots[slot].state = .leased(since: now, isReported: false)
        if let leakAfter = limits.leakAfter { wake(at: now + leakAfter) }
    }

    /// Where a session goes that can be lent: to the first who waits, to the idle ones, or it is closed.
    mutating func settle(_ slot: Int, now: Duration, _ actions: inout Actions) {
        guard phase == .running, slots[slot].retiresAt > now else { return close(slot, &actions) }
        while let waiter = waiting.popFirst() {
            if waiter.deadline > now {
                lease(slot, now: now)
                return actions.append(.lease(waiter.request, slot: slot))
            }
            actions.append(.fail(waiter.request, .timedOut))
        }
        guard !isBeyondMax else { return close(slot, &actions) }
        makeIdle(slot, now: now)
    }

    /// Whether more are open than are to be kept.
    @inline(__always)
    var isBeyondMax: Bool { limits.overflow > 0 && slots.count - free.count > limits.max }

    @inline(__always)
    mutating func makeIdle(_ slot: Int, now: Duration) {
        slots[slot].state = .idle(since: now)
        idle.append(slot)
        wake(at: Swift.min(now + limits.idleTimeout, slots[slot].retiresAt))
    }

    mutating func close(_ slot: Int, _ actions: inout Actions) {
        slots[slot].state = .closing
        actions.append(.close(slot: slot))
    }

    mutating func vacate(_ slot: Int, _ actions: inout Actions) {
        slots[slot].state = .free
        free.append(slot)
        finishIfEmpty(&actions)
    }

    mutating func finishIfEmpty(_ actions: inout Actions) {
        guard case .shuttingDown = phase, free.count == slots.count else { return }
        phase = .finished
        wakesAt = nil
        actions.append(.finish)
    }

    /// Gets a session ready for each who waits, as far as may be, and opens those that are to be kept open.
    mutating func supply(now: Duration, isLost: (Int) -> Bool = { _ in false }, _ actions: inout Actions) {
        guard phase == .running else { return }
        while waiting.count > openingCount {
            if let slot = idle.popLast() {
                if slots[slot].retiresAt <= now || isLost(slot) {
                    close(slot, &actions)
                } else {
                    slots[slot].state = .validating
                    openingCount += 1
                    actions.append(.validate(slot: slot))
                }
            } else if !connect(now: now, &actions) {
                break
            }
        }
        while slots.count - free.count < limits.min, connect(now: now, &actions) {}
    }

    /// False if there is no room, or it is too early after a failure.
    private mutating func connect(now: Duration, _ actions: inout Actions) -> Bool {
        guard !free.isEmpty else { return false }
        guard connectNotBefore <= now else {
            wake(at: connectNotBefore)
            return false
        }
        // A server that refused is asked by one at a time.
        guard connectFailures == 0 || !isConnecting, let slot = free.popLast() else { return false }
        slots[slot].state = .connecting
        openingCount += 1
        actions.append(.connect(slot: slot))
        return true
    }

    private var isConnecting: Bool { slots.contains { $0.state == .connecting } }

    /// Closes what is idle for too long, too old or lost.
    mutating func closeIdle(
        now: Duration,
        isLost: (Int) -> Bool,
        unlessFresh: Bool = false,
        _ actions: inout Actions
    ) {
        var surplus = slots.count - free.count - limits.min
        var kept: [Int] = []
        // From the one that has been idle the longest.
        for slot in idle {
            guard case .idle(let since) = slots[slot].state else { continue }
            let isStale = unlessFresh && since + limits.validateAfter <= now
            let isDead = isStale || slots[slot].retiresAt <= now || isLost(slot)
            if isDead || since + limits.idleTimeout <= now && surplus > 0 {
                surplus -= 1
                close(slot, &actions)
            } else {
                kept.append(slot)
            }
        }
        idle = kept
    }

    mutating func reportLeaks(now: Duration, _ actions: inout Actions) {
        guard let leakAfter = limits.leakAfter else { return }
        for (slot, place) in slots.enumerated() {
            guard case .leased(let since, isReported: false) = place.state, since + leakAfter <= now else { continue }
            slots[slot].state = .leased(since: since, isReported: true)
            actions.append(.reportLeak(slot: slot))
        }
    }

    // MARK: Waking

    mutating func wake(at instant: Duration) {
        wakesAt = wakesAt.map { Swift.min($0, instant) } ?? instant
    }

    /// Finds the next instant at which something is due.
    mutating func planWake() {
        if let deadline = waiting.earliestDeadline { wake(at: deadline) }
        if case .shuttingDown(let deadline) = phase, slots.contains(where: \.isLeased) { wake(at: deadline) }
        let isSurplus = slots.count - free.count > limits.min
        for place in slots {
            switch place.state {
            case .idle(let since):
                wake(at: isSurplus ? Swift.min(since + limits.idleTimeout, place.retiresAt) : place.retiresAt)
            case .leased(let since, isReported: false):
                if let leakAfter = limits.leakAfter { wake(at: since + leakAfter) }
            default: break
            }
        }
    }
}

extension PoolSlot {
    fileprivate var isLeased: Bool {
        if case .leased = state { true } else { false }
    }
}

extension PoolStateMachine {
    /// How many slots are in which state, and how many requests wait.
    package struct Counts: Sendable, Hashable {
        package var open = 0
        package var leased = 0
        package var idle = 0
        package var waiting = 0
    }

    package var counts: Counts {
        Counts(
            open: slots.count - free.count,
            leased: slots.count(where: \.isLeased),
            idle: idle.count,
            waiting: waiting.count
        )
    }
}
