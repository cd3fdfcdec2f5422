import MartletCore
import Synchronization

/// Lets something else happen between two calls of an operation, as another session may at any time.
final class Intruder: ConnectionObserver, CallObservation {
    private let callsBefore: Int
    private let act: @Sendable () async throws -> Void
    private let calls = Mutex(0)
    private let failure = Mutex<(any Error)?>(nil)

    /// Acts once, when that many calls have ended.
    init(afterCalls callsBefore: Int, _ act: @escaping @Sendable () async throws -> Void) {
        self.callsBefore = callsBefore
        self.act = act
    }

    /// The same connection, watched.
    func watching(_ connection: any Connection) -> any Connection {
        ObservedConnection(connection, observer: self)
    }

    /// Throws what went wrong while it acted.
    func rethrow() throws {
        if let error = failure.withLock({ $0 }) { throw error }
    }

    func willSend(_ statements: [BoundStatement], dialect: Dialect) -> any CallObservation {
        self
    }

    func received(_ rows: Rows, ofStatementAt position: Int) {}

    func ended(_ error: (any Error)?) async {
        let count = calls.withLock { calls in
            calls += 1
            return calls
        }
        guard count == callsBefore else { return }
        do {
            try await act()
        } catch {
            failure.withLock { $0 = error }
        }
    }
}
