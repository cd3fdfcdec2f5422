import MartletCore
import Synchronization

/// An engine on a real database whose statements wait, before they are sent, while a test holds them.
final class HeldEngine: Engine {
    private let base: any Engine
    private let state = Mutex((isHeld: false, waiting: [CheckedContinuation<Void, Never>]()))

    init(_ base: any Engine) { self.base = base }

    var dialect: Dialect { base.dialect }
    var capabilities: Capabilities { base.capabilities }
    var displayName: String { base.displayName }
    /// Statements that are held.
    var waitingCount: Int { state.withLock(\.waiting.count) }

    func connect(_ access: Access) async throws(EngineError) -> any Connection {
        HeldConnection(try await base.connect(access), self)
    }

    func shutdown() async {}

    func hold() { state.withLock { $0.isHeld = true } }

    func release() {
        let waiting = state.withLock { state in
            defer { state = (false, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    fileprivate func pass() async {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                if state.isHeld { state.waiting.append(continuation) }
                return state.isHeld
            }
            if !isHeld { continuation.resume() }
        }
    }
}

private final class HeldConnection: ForwardingConnection {
    let base: any Connection
    private let engine: HeldEngine

    init(_ base: any Connection, _ engine: HeldEngine) { (self.base, self.engine) = (base, engine) }

    func run(_ statement: BoundStatement, timeout: Duration?) async throws(EngineError) -> Rows {
        await engine.pass()
        return try await base.run(statement, timeout: timeout)
    }

    func close() async { await base.close() }
}
