import Martlet
import MartletCore

/// A pool's state machine with everything around it: sessions that open, answer and end when the test says so.
///
/// Each event is checked against what must hold at all times; `fault` keeps the first thing that did not.
struct PoolWorld: Hashable {
    /// What can happen next.
    enum Event: Hashable {
        case acquire
        case cancel(request: Int)
        case release(slot: Int, PoolReturn)
        case connected(slot: Int)
        case connectFailed(slot: Int, isPermanent: Bool)
        case validated(slot: Int, isUsable: Bool)
        case closed(slot: Int)
        case advance
        /// Time passes, and the timer is late.
        case delay
        case shutDown
    }

    struct Waiter: Hashable {
        let id: WaiterQueue<Int>.ID
        let request: Int
        let deadline: Duration
    }

    /// Long enough to see a request outlive a refusal and a session grow idle, stale and old within few steps.
    static let acquireTimeout = Duration.seconds(3)
    static let grace = Duration.seconds(2)

    private(set) var machine: PoolStateMachine<Int>
    private(set) var now = Duration.zero
    private(set) var connecting: Set<Int> = []
    fileprivate(set) var validating: Set<Int> = []
    fileprivate(set) var closing: Set<Int> = []
    private(set) var idle: Set<Int> = []
    private(set) var leased: [Int: Int] = [:]
    private(set) var waiters: [Waiter] = []
    private(set) var requests = 0
    private(set) var answered: Set<Int> = []
    private(set) var isShuttingDown = false
    private(set) var isFinished = false
    private(set) var fault: String?

    init(_ limits: PoolLimits) {
        machine = PoolStateMachine(limits)
        take(machine.start(now: now))
    }

    var openCount: Int { connecting.count + validating.count + closing.count + idle.count + leased.count }

    func possibleEvents(requestsMax: Int, shutsDown: Bool = true) -> [Event] {
        var events: [Event] = [.advance, .delay]
        if requests < requestsMax { events.append(.acquire) }
        if shutsDown, !isShuttingDown { events.append(.shutDown) }
        events += waiters.map { .cancel(request: $0.request) }
        for slot in leased.keys.sorted() { events += PoolReturn.allCases.map { .release(slot: slot, $0) } }
        for slot in connecting.sorted() {
            events.append(.connected(slot: slot))
            events += [true, false].map { .connectFailed(slot: slot, isPermanent: $0) }
        }
        for slot in validating.sorted() { events += [true, false].map { .validated(slot: slot, isUsable: $0) } }
        events += closing.sorted().map { .closed(slot: $0) }
        return events
    }

    mutating func apply(_ event: Event, spread: Double = 0) {
        switch event {
        case .acquire: acquire()
        case .cancel(let request): cancel(request)
        case .release(let slot, let standing):
            leased[slot] = nil
            idle.insert(slot)
            release(slot, standing)
        case .connected(let slot):
            connecting.remove(slot)
            idle.insert(slot)
            take(machine.connected(slot, now: now, spread: spread))
        case .connectFailed(let slot, let isPermanent):
            connecting.remove(slot)
            take(machine.connectFailed(slot, isPermanent: isPermanent, now: now))
        case .validated(let slot, let isUsable):
            validating.remove(slot)
            idle.insert(slot)
            take(machine.validated(slot, isUsable: isUsable, now: now))
        case .closed(let slot):
            closing.remove(slot)
            take(machine.closed(slot, now: now))
        case .advance:
            now += .seconds(1)
            if let wakesAt = machine.wakesAt, wakesAt <= now { take(machine.tick(now: now)) }
            if waiters.contains(where: { $0.deadline <= now }) { note("a waiter outlived its deadline") }
        case .delay: now += .seconds(1)
        case .shutDown:
            isShuttingDown = true
            take(machine.shutDown(now: now, deadline: now + Self.grace))
            if !waiters.isEmpty { note("somebody waits for a pool that shuts down") }
        }
        checkInvariants(after: event)
    }

    /// Gives a session back, and looks whether the short way to do so would have done the same where it is open.
    private mutating func release(_ slot: Int, _ standing: PoolReturn) {
        var rested = machine
        let isAtRest = standing == .reusable && rested.rest(slot, now: now)
        let actions = machine.release(slot, standing, now: now)
        if isAtRest, !actions.isEmpty || rested != machine { note("the short way has done otherwise") }
        if standing == .reusable, actions.isEmpty, !isAtRest { note("the short way was not taken") }
        take(actions)
    }

    /// Lets everything go well until nothing is under way and nobody waits.
    mutating func drain() {
        for _ in 0..<200 {
            let next: Event? =
                if let slot = leased.keys.min() {
                    .release(slot: slot, .reusable)
                } else if let slot = connecting.min() {
                    .connected(slot: slot)
                } else if let slot = validating.min() {
                    .validated(slot: slot, isUsable: true)
                } else if let slot = closing.min() {
                    .closed(slot: slot)
                } else {
                    waiters.isEmpty ? nil : .advance
                }
            guard let next else { break }
            apply(next)
        }
        if answered.count != requests { note("\(requests - answered.count) requests were never answered") }
    }

    // MARK: Carrying out

    private mutating func acquire() {
        let request = requests
        requests += 1
        let deadline = now + Self.acquireTimeout
        let ready = machine.readySlot(now: now)
        var direct = machine
        let (waiter, actions) = machine.acquire(request, now: now, deadline: deadline)
        if let ready {
            direct.leaseReady(ready, now: now)
            if direct != machine { note("lending what is ready is not what acquiring does") }
        } else if case .lease = Array(actions).first {
            note("a session was lent that was not said to be ready")
        }
        if let waiter { waiters.append(Waiter(id: waiter, request: request, deadline: deadline)) }
        take(actions, asking: waiter == nil ? request : nil)
        if waiter == nil, !answered.contains(request) { note("a request got no answer and no place in the queue") }
    }

    private mutating func cancel(_ request: Int) {
        guard let waiter = waiters.first(where: { $0.request == request }) else { return }
        take(machine.cancel(waiter.id))
        if !answered.contains(request) { note("a waiter could not be cancelled") }
    }

    private mutating func take(_ actions: PoolActions<Int>, asking: Int? = nil) {
        for action in actions {
            switch action {
            case .lease(let request, let slot):
                answer(request)
                if request == asking {
                    if !waiters.isEmpty { note("a newcomer was served before those who wait") }
                } else if waiters.first?.request != request {
                    note("request \(request) was served out of turn")
                }
                if let waiter = waiters.first, waiter.request == request, waiter.deadline <= now {
                    note("a request was served after its deadline")
                }
                waiters.removeAll { $0.request == request }
                move(slot, to: nil)
                leased[slot] = request
            case .fail(let request, let reason):
                answer(request)
                if reason == .timedOut, let waiter = waiters.first(where: { $0.request == request }),
                    waiter.deadline > now
                {
                    note("a request timed out before its deadline")
                }
                waiters.removeAll { $0.request == request }
            case .connect(let slot):
                if !isFree(slot) { note("a session was opened in a slot that has one") }
                connecting.insert(slot)
            case .validate(let slot):
                move(slot, to: \.validating)
            case .close(let slot):
                if leased.removeValue(forKey: slot) == nil { move(slot, to: \.closing) } else { closing.insert(slot) }
            case .reportLeak(let slot):
                if leased[slot] == nil { note("a session was reported that nobody holds") }
            case .finish:
                if isFinished || openCount > 0 { note("the pool finished twice, or with sessions") }
                isFinished = true
            }
        }
    }

    private mutating func move(_ slot: Int, to place: WritableKeyPath<PoolWorld, Set<Int>>?) {
        if idle.remove(slot) == nil { note("slot \(slot) was used for two things at once") }
        if let place { self[keyPath: place].insert(slot) }
    }

    private mutating func answer(_ request: Int) {
        if !answered.insert(request).inserted { note("request \(request) was answered twice") }
    }

    private func isFree(_ slot: Int) -> Bool {
        !connecting.contains(slot) && !validating.contains(slot) && !closing.contains(slot) && !idle.contains(slot)
            && leased[slot] == nil
    }

    private mutating func checkInvariants(after event: Event) {
        let counts = machine.counts
        if openCount > machine.limits.capacity { note("\(openCount) sessions") }
        if counts.open != openCount || counts.leased != leased.count || counts.idle != idle.count
            || counts.waiting != waiters.count
        {
            note("the machine counts \(counts), the world differs")
        }
        if isShuttingDown, openCount == 0, !isFinished { note("nothing is left, but the pool has not finished") }
        if !isShuttingDown, event != .shutDown, !waiters.isEmpty, !idle.isEmpty,
            validating.count + connecting.count < Swift.min(waiters.count, machine.limits.capacity)
        {
            note("somebody waits beside an idle session")
        }
        if !waiters.isEmpty, machine.wakesAt.map({ $0 > waiters.map(\.deadline).min() ?? now }) ?? true {
            note("nothing will wake the pool at the first deadline")
        }
    }

    private mutating func note(_ text: String) {
        if fault == nil { fault = text }
    }
}
