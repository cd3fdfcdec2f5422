import Martlet
import MartletCore
import Testing

struct PoolStateMachineTests {
    /// Sizes that differ in what can meet: one or two sessions, overflow, sessions that are kept open.
    static let sizes: [[Int]] = [[0, 1, 0], [0, 1, 1], [1, 1, 0], [0, 2, 0], [1, 2, 1]]

    static func limits(_ size: [Int]) -> PoolLimits {
        var limits = PoolLimits()
        limits.min = size[0]
        limits.max = size[1]
        limits.overflow = size[2]
        limits.waitersMax = 3
        limits.idleTimeout = .seconds(3)
        limits.ageMax = .seconds(5)
        limits.validateAfter = .seconds(1)
        limits.leakAfter = .seconds(2)
        return limits
    }

    @Test("keeps every rule in all interleavings of few requests", arguments: sizes)
    func exhaustive(size: [Int]) {
        let depthMax = 9
        let statesMax = 60_000
        var frontier = [PoolWorld(Self.limits(size))]
        var seen = Set(frontier)
        var depth = 0
        while depth < depthMax, seen.count < statesMax {
            depth += 1
            var next: [PoolWorld] = []
            for world in frontier {
                for event in world.possibleEvents(requestsMax: 3) {
                    var changed = world
                    changed.apply(event)
                    if let fault = changed.fault {
                        Issue.record("\(fault) after \(event) in \(world)")
                        return
                    }
                    guard seen.insert(changed).inserted else { continue }
                    next.append(changed)
                    var drained = changed
                    drained.drain()
                    if let fault = drained.fault {
                        Issue.record("\(fault) when draining \(changed)")
                        return
                    }
                }
            }
            frontier = next
        }
        #expect(depth >= 5, "only \(depth) steps deep")
        #expect(seen.count > 1_000)
    }

    @Test("keeps every rule in long random runs", arguments: sizes + [[3, 5, 2], [0, 20, 10]])
    func random(size: [Int]) {
        for _ in 0..<100 {
            let seed = UInt64.random(in: 0...UInt64.max)
            var generator = SplitMix64(seed: seed)
            var limits = Self.limits(size)
            limits.waitersMax = 50
            var world = PoolWorld(limits)
            for _ in 0..<400 {
                let events = world.possibleEvents(
                    requestsMax: .max,
                    shutsDown: Int.random(in: 0..<40, using: &generator) == 0
                )
                guard let event = events.randomElement(using: &generator) else { break }
                world.apply(event, spread: Double.random(in: 0..<1, using: &generator))
            }
            world.drain()
            if let fault = world.fault {
                Issue.record("\(fault), seed \(seed)")
                return
            }
        }
    }

    @Test("closes what is idle beyond its minimum and keeps the rest")
    func idle() {
        var limits = Self.limits([1, 2, 0])
        limits.ageMax = .seconds(1_000)
        var world = PoolWorld(limits)
        world.apply(.acquire)
        world.apply(.acquire)
        for slot in world.connecting.sorted() { world.apply(.connected(slot: slot)) }
        for slot in world.leased.keys.sorted() { world.apply(.release(slot: slot, .reusable)) }
        #expect(world.idle.count == 2)
        for _ in 0..<3 { world.apply(.advance) }
        #expect(world.closing.count == 1)
        #expect(world.idle.count == 1)
        #expect(world.fault == nil)
    }

    @Test("asks whether a session is alive only after it was idle for long")
    func validation() {
        var world = PoolWorld(Self.limits([0, 1, 0]))
        world.apply(.acquire)
        world.apply(.connected(slot: 0))
        world.apply(.release(slot: 0, .reusable))
        world.apply(.acquire)
        #expect(world.validating.isEmpty)
        #expect(world.leased.count == 1)
        world.apply(.release(slot: 0, .reusable))
        world.apply(.advance)
        world.apply(.acquire)
        #expect(world.validating == [0])
        #expect(world.fault == nil)
    }

    @Test("sessions opened together do not grow too old together")
    func jitter() {
        var limits = Self.limits([0, 2, 0])
        limits.ageMax = .seconds(100)
        limits.idleTimeout = .seconds(10_000)
        var machine = PoolStateMachine<Int>(limits)
        for request in 0..<2 { _ = machine.acquire(request, now: .zero, deadline: .seconds(1)) }
        _ = machine.connected(0, now: .zero, spread: 0)
        _ = machine.connected(1, now: .zero, spread: 0.999)
        for slot in 0..<2 { _ = machine.release(slot, .reusable, now: .zero) }
        #expect(Array(machine.tick(now: .seconds(91))) == [.close(slot: 1)])
        #expect(Array(machine.tick(now: .seconds(99))).isEmpty)
        #expect(Array(machine.tick(now: .seconds(100))) == [.close(slot: 0)])
    }

    @Test("waits longer after each attempt to connect that fails, and only one tries meanwhile")
    func backoff() {
        var machine = PoolStateMachine<Int>(Self.limits([0, 2, 0]))
        _ = machine.acquire(0, now: .zero, deadline: .seconds(100))
        _ = machine.acquire(1, now: .zero, deadline: .seconds(100))
        #expect(Array(machine.connectFailed(0, isPermanent: false, now: .zero)).isEmpty)
        #expect(Array(machine.connectFailed(1, isPermanent: false, now: .zero)).isEmpty)
        #expect(machine.wakesAt == PoolLimits.backoffMin)
        #expect(Array(machine.tick(now: PoolLimits.backoffMin)).isEmpty)
        #expect(machine.wakesAt == PoolLimits.backoffMin * 2)
        #expect(Array(machine.tick(now: PoolLimits.backoffMin * 2)).count == 1)
    }

    @Test("what will fail again fails those who wait, unless somebody will bring a session back")
    func permanentFailure() {
        var machine = PoolStateMachine<Int>(Self.limits([0, 2, 0]))
        _ = machine.acquire(0, now: .zero, deadline: .seconds(9))
        _ = machine.connected(0, now: .zero, spread: 0)
        _ = machine.acquire(1, now: .zero, deadline: .seconds(9))
        #expect(Array(machine.connectFailed(1, isPermanent: true, now: .zero)).isEmpty)
        #expect(Array(machine.release(0, .lost, now: .zero)) == [.close(slot: 0)])
        _ = machine.closed(0, now: .seconds(1))
        let actions = Array(machine.connectFailed(0, isPermanent: true, now: .seconds(1)))
        #expect(actions == [.fail(1, .cannotConnect)])
    }
}
