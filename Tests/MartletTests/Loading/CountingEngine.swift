import MartletCore
import Synchronization

/// Counts the connections that are open at once.
final class CountingEngine: Engine {
    private let base: any Engine
    private let counts = Mutex((open: 0, max: 0))

    init(_ base: any Engine) {
        self.base = base
    }

    var open: Int { counts.withLock(\.open) }
    var openMax: Int { counts.withLock(\.max) }
    var dialect: Dialect { base.dialect }
    var capabilities: Capabilities { base.capabilities }
    var displayName: String { base.displayName }

    func connect(_ access: Access) async throws(EngineError) -> any Connection {
        counts.withLock { counts in
            counts.open += 1
            counts.max = max(counts.max, counts.open)
        }
        do throws(EngineError) {
            return CountedConnection(try await base.connect(access), self)
        } catch {
            closed()
            throw error
        }
    }

    func shutdown() async {}

    func closed() {
        counts.withLock { $0.open -= 1 }
    }
}
