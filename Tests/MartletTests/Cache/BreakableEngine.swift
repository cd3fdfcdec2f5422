import MartletCore
import Synchronization

/// An engine on a real database whose connections a test can break, and keep from coming back.
final class BreakableEngine: Engine {
    private let base: any Engine
    private let state = Mutex((isBroken: false, connections: [any Connection]()))

    init(_ base: any Engine) { self.base = base }

    var dialect: Dialect { base.dialect }
    var capabilities: Capabilities { base.capabilities }
    var displayName: String { base.displayName }

    func connect(_ access: Access) async throws(EngineError) -> any Connection {
        // A file that is not there stands for a server that is not there.
        if state.withLock({ $0.isBroken }) { throw EngineError(.unreachable, "broken by the test") }
        let connection = try await base.connect(access)
        state.withLock { $0.connections.append(connection) }
        return connection
    }

    func shutdown() async {}

    func breakDown() async {
        let connections = state.withLock { state in
            state.isBroken = true
            defer { state.connections = [] }
            return state.connections
        }
        for connection in connections { await connection.close() }
    }

    func mend() { state.withLock { $0.isBroken = false } }
}
