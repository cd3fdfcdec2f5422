/// Decides what a pool does, and does nothing itself.
///
/// Events come in as calls, actions go out as values; time is the duration since an origin that the caller chooses, and
/// random numbers are passed in. What holds at all times:
///
/// - at most `max + overflow` slots are not free, those included whose session is being opened or closed;
/// - who came first is served first, and nobody is served before another who came earlier and still waits;
/// - a request is answered exactly once: with a session, or with a refusal; its deadline never moves;
/// - an action that is carried out is answered by one event, and no slot has two actions under way.
package struct PoolStateMachine<Request: Sendable>: Sendable {
    enum Phase: Sendable, Hashable {
        case running
        /// Until what is lent comes back, or the deadline.
        case shuttingDown(deadline: Duration)
        case finished
    }

    package typealias Actions = PoolActions<Request>

    package let limits: PoolLimits
    var phase = Phase.running
    var slots: [PoolSlot]
    /// The one that became free last is used first.
    var free: [Int]
    /// The one that was used last is lent first: the others may then grow old and be closed.
    var idle: [Int] = []
    var waiting = WaiterQueue<Request>()
    /// Sessions that are being opened or validated, and will then go to who waits.
    var openingCount = 0
    var connectFailures = 0
    /// No attempt before this instant, after one that failed.
    var connectNotBefore = Duration.zero
    /// When `tick` is to be called at the latest.
    package internal(set) var wakesAt: Duration?

    package init(_ limits: PoolLimits) {
        precondition(limits.max > 0, "a pool has at least one connection")
        precondition((0...limits.max).contains(limits.min), "min is at most max")
        precondition(limits.overflow >= 0 && limits.waitersMax >= 0, "a limit is not negative")
        self.limits = limits
        slots = Array(repeating: PoolSlot(), count: limits.capacity)
        free = Array((0..<limits.capacity).reversed())
    }

    // MARK: Borrowers

    /// Somebody wants a session that is there: the answer without a request, where nobody waits.
    package mutating func acquireAtOnce(
        now: Duration,
        isLost: (Int) -> Bool = { _ in false },
        _ actions: inout Actions
    ) -> Int? {
        guard phase == .running, waiting.isEmpty, let slot = takeFresh(now: now, isLost: isLost, &actions) else {
            return nil
        }
        lease(slot, now: now)
        return slot
    }

    /// The session that somebody would get at once, unless it is known to have ended; nil where more has to be done
    /// than to lend it.
    // As a call of its own it would be handed a copy of the whole machine.
    @inline(__always)
    package func readySlot(now: Duration) -> Int? {
        guard phase == .running, waiting.isEmpty, let slot = idle.last, case .idle(let since) = slots[slot].state,
            slots[slot].retiresAt > now, since + limits.validateAfter > now
        else { return nil }
        return slot
    }

    /// Lends what `readySlot` has named.
    @inline(__always)
    package mutating func leaseReady(_ slot: Int, now: Duration) {
        precondition(idle.last == slot, "the session is not the one that is lent next")
        idle.removeLast()
        lease(slot, now: now)
    }

    /// Somebody wants a session.
    ///
    /// Either the actions answer the request, or a waiter is returned, by which it can be cancelled. `isLost` tells of
    /// an idle slot whether its session is known to have ended.
    package mutating func acquire(
        _ request: Request,
        now: Duration,
        deadline: Duration,
        isLost: (Int) -> Bool = { _ in false }
    ) -> (waiter: WaiterQueue<Request>.ID?, actions: Actions) {
        var actions = Actions()
        guard phase == .running else {
            actions.append(.fail(request, .shutDown))
            return (nil, actions)
        }
        if let slot = acquireAtOnce(now: now, isLost: isLost, &actions) {
            actions.append(.lease(request, slot: slot))
            return (nil, actions)
        }
        guard deadline > now, waiting.count < limits.waitersMax else {
            actions.append(.fail(request, deadline > now ? .tooManyWaiters : .timedOut))
            return (nil, actions)
        }
        let waiter = waiting.append(request, deadline: deadline)
        wake(at: deadline)
        supply(now: now, isLost: isLost, &actions)
        return (waiter, actions)
    }

    /// Somebody no longer wants one.
    ///
    /// No action if the request has been answered.
    package mutating func cancel(_ waiter: WaiterQueue<Request>.ID) -> Actions {
        var actions = Actions()
        if let waiter = waiting.remove(waiter) { actions.append(.fail(waiter.request, .cancelled)) }
        return actions
    }

    /// Takes a session back from its borrower where nothing more is to be done than that; false otherwise.
    @inline(__always)
    package mutating func rest(_ slot: Int, now: Duration) -> Bool {
        guard phase == .running, waiting.isEmpty, slots[slot].retiresAt > now, !isBeyondMax,
            case .leased = slots[slot].state
        else { return false }
        makeIdle(slot, now: now)
        return true
    }

    /// A borrower gives its session back.
    package mutating func release(_ slot: Int, _ standing: PoolReturn, now: Duration) -> Actions {
        var actions = Actions()
        guard case .leased = slots[slot].state else { preconditionFailure("the session was not lent") }
        switch standing {
        case .reusable: settle(slot, now: now, &actions)
        case .mustBeRestored where phase == .running && slots[slot].retiresAt > now:
            slots[slot].state = .validating
            openingCount += 1
            actions.append(.validate(slot: slot))
        case .mustBeRestored, .lost: close(slot, &actions)
        }
        return actions
    }

    // MARK: Sessions

    /// A session was opened; `spread` is a random number of 0..<1.
    package mutating func connected(_ slot: Int, now: Duration, spread: Double) -> Actions {
        var actions = Actions()
        precondition(slots[slot].state == .connecting, "the slot was not connecting")
        openingCount -= 1
        connectFailures = 0
        connectNotBefore = .zero
        slots[slot].retiresAt = now + limits.ageMax * (1 - PoolLimits.ageSpread * spread)
        settle(slot, now: now, &actions)
        // After failures only one attempt was made at a time.
        supply(now: now, &actions)
        return actions
    }

    /// A session could not be opened; one that will not do any better next time fails those who wait, unless somebody
    /// will bring a session back.
    package mutating func connectFailed(_ slot: Int, isPermanent: Bool, now: Duration) -> Actions {
        var actions = Actions()
        precondition(slots[slot].state == .connecting, "the slot was not connecting")
        openingCount -= 1
        connectFailures += 1
        let doublings = Swift.min(connectFailures - 1, 10)
        connectNotBefore = now + Swift.min(PoolLimits.backoffMax, PoolLimits.backoffMin * (1 << doublings))
        vacate(slot, &actions)
        if isPermanent, free.count == slots.count {
            while let waiter = waiting.popFirst() { actions.append(.fail(waiter.request, .cannotConnect)) }
        }
        supply(now: now, &actions)
        return actions
    }

    /// A session was asked whether it is alive.
    package mutating func validated(_ slot: Int, isUsable: Bool, now: Duration) -> Actions {
        var actions = Actions()
        precondition(slots[slot].state == .validating, "the slot was not validating")
        openingCount -= 1
        if isUsable {
            settle(slot, now: now, &actions)
        } else {
            close(slot, &actions)
            // What ended this one, a firewall or a restart, has probably ended those that rested as long.
            closeIdle(now: now, isLost: { _ in false }, unlessFresh: true, &actions)
        }
        supply(now: now, &actions)
        return actions
    }

    /// A session has ended.
    package mutating func closed(_ slot: Int, now: Duration) -> Actions {
        var actions = Actions()
        precondition(slots[slot].state == .closing, "the slot was not closing")
        vacate(slot, &actions)
        supply(now: now, &actions)
        return actions
    }

    // MARK: The pool

    /// Opens the sessions that are to be kept open.
    package mutating func start(now: Duration) -> Actions {
        var actions = Actions()
        supply(now: now, &actions)
        return actions
    }

    /// Refuses all who wait or come, and ends each session when it comes back, at the deadline all.
    package mutating func shutDown(now: Duration, deadline: Duration) -> Actions {
        var actions = Actions()
        switch phase {
        case .finished: return actions
        case .shuttingDown(let earlier):
            phase = .shuttingDown(deadline: Swift.min(earlier, deadline))
            wake(at: deadline)
            return actions
        case .running: phase = .shuttingDown(deadline: deadline)
        }
        while let waiter = waiting.popFirst() { actions.append(.fail(waiter.request, .shutDown)) }
        let unused = idle
        idle = []
        for slot in unused { close(slot, &actions) }
        wake(at: deadline)
        finishIfEmpty(&actions)
        return actions
    }

    /// Does what is due by now.
    package mutating func tick(now: Duration, isLost: (Int) -> Bool = { _ in false }) -> Actions {
        var actions = Actions()
        wakesAt = nil
        for waiter in waiting.removeExpired(at: now) { actions.append(.fail(waiter.request, .timedOut)) }
        if case .shuttingDown(let deadline) = phase, deadline <= now {
            for (slot, place) in slots.enumerated() {
                if case .leased = place.state { close(slot, &actions) }
            }
        }
        closeIdle(now: now, isLost: isLost, &actions)
        reportLeaks(now: now, &actions)
        supply(now: now, isLost: isLost, &actions)
        planWake()
        return actions
    }
}

extension PoolStateMachine: Equatable where Request: Equatable {}
extension PoolStateMachine: Hashable where Request: Hashable {}
