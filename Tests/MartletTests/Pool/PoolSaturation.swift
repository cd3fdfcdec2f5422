import Martlet
import MartletCore

/// More tasks than sessions, each of which asks again as soon as it has given back, in simulated time.
///
/// Nothing but the state machine decides who waits how long: no thread, no clock and no load of the machine.
struct PoolSaturation {
    /// How long a session is held.
    enum Holding: CaseIterable {
        case equal, uniform

        func duration(_ generator: inout SplitMix64) -> Duration {
            switch self {
            case .equal: .seconds(1)
            case .uniform: .seconds(Double.random(in: 0.5..<1.5, using: &generator))
            }
        }
    }

    let sessions: Int
    let tasks: Int
    let holding: Holding
    let loans: Int
    /// How long each waited that had to, in the order of being served.
    private(set) var waits: [Duration] = []
    /// The first request that was served before one that had asked earlier.
    private(set) var overtaker: Int?

    private var machine: PoolStateMachine<Int>
    private var generator: SplitMix64
    private var asked: [Duration] = []
    private var lastServed = -1
    /// When the session of a slot comes back.
    private var returns: [Int: Duration] = [:]

    init(sessions: Int, tasks: Int, holding: Holding, loans: Int = 20_000, seed: UInt64) {
        self.sessions = sessions
        self.tasks = tasks
        self.holding = holding
        self.loans = loans
        generator = SplitMix64(seed: seed)
        var limits = PoolLimits()
        limits.max = sessions
        limits.waitersMax = tasks
        limits.ageMax = .seconds(1e9)
        limits.leakAfter = nil
        machine = PoolStateMachine(limits)
    }

    mutating func run() {
        var now = Duration.zero
        for _ in 0..<tasks { ask(now) }
        for slot in 0..<sessions { carryOut(machine.connected(slot, now: now, spread: 0), now) }
        while asked.count < loans {
            guard let (slot, instant) = returns.min(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { return }
            now = instant
            returns[slot] = nil
            carryOut(machine.release(slot, .reusable, now: now), now)
            ask(now)
        }
    }

    private mutating func ask(_ now: Duration) {
        asked.append(now)
        carryOut(machine.acquire(asked.count - 1, now: now, deadline: .seconds(1e9)).actions, now)
    }

    private mutating func carryOut(_ actions: PoolActions<Int>, _ now: Duration) {
        for case .lease(let request, let slot) in actions {
            if request != lastServed + 1, overtaker == nil { overtaker = request }
            lastServed = request
            if request >= sessions { waits.append(now - asked[request]) }
            returns[slot] = now + holding.duration(&generator)
        }
    }
}
