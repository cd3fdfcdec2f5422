import MartletCore
import Synchronization

/// A real engine whose process "ends" at a chosen statement: the session is closed under the caller, and nothing this
/// engine is asked afterwards reaches the database.
final class FaultyEngine: Engine {
    enum Moment: String, CaseIterable, Sendable {
        /// The statement never reaches the database.
        case before
        /// The statement is carried out, and its answer is lost.
        case after
    }

    private let engine: any Engine
    private let faultyStatement: Int
    private let moment: Moment
    private let statements = Mutex(0)

    init(_ engine: any Engine, dyingAt faultyStatement: Int, _ moment: Moment) {
        self.engine = engine
        self.faultyStatement = faultyStatement
        self.moment = moment
    }

    var dialect: Dialect { engine.dialect }
    var capabilities: Capabilities { engine.capabilities }
    var displayName: String { engine.displayName }
    var hasDied: Bool { statements.withLock { $0 >= faultyStatement } }

    func connect(_ access: Access) async throws(EngineError) -> any Connection {
        FaultyConnection(try await engine.connect(access), self)
    }

    func shutdown() async {}

    func through<Success>(
        _ connection: any Connection,
        _ body: () async throws(EngineError) -> Success
    ) async throws(EngineError) -> Success {
        let number = statements.withLock { count in
            count += 1
            return count
        }
        if number < faultyStatement { return try await body() }
        if number == faultyStatement {
            if moment == .after { _ = try? await body() }
            await connection.close()
        }
        throw EngineError(.connectionLost, "the process has ended")
    }
}
