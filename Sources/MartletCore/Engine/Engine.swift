/// A database that statements can be run on: PostgreSQL, SQLite, or one of these with something in between.
public protocol Engine: Sendable {
    /// The SQL it speaks.
    var dialect: Dialect { get }
    /// What it can do beyond the common ground.
    var capabilities: Capabilities { get }
    /// Where it is, for people, without a password.
    var displayName: String { get }

    /// Opens a connection that its caller must close; `withConnection` does both.
    ///
    /// PostgreSQL: one connection attempt. SQLite: opens the file.
    func connect(_ access: Access) async throws(EngineError) -> any Connection

    /// Closes what the engine holds open. Connections must have been closed before.
    func shutdown() async
}

/// Whether a connection may change the database.
public enum Access: Sendable, Hashable {
    /// Changes are refused by the database itself.
    case readOnly
    /// Changes are allowed.
    case readWrite
}

extension Engine {
    /// Lends a connection to a body and closes it afterwards, however the body ends.
    public func withConnection<Success: Sendable>(
        _ access: Access,
        _ body: (any Connection) async throws -> Success
    ) async throws -> Success {
        try await connect(access).lent(to: body)
    }

    /// Opens several sessions, one after the other, lends them all at once, and closes them however the body ends.
    package func withConnections<Success: Sendable>(
        _ count: Int,
        _ access: Access,
        _ body: ([any Connection]) async throws -> Success
    ) async throws -> Success {
        var connections: [any Connection] = []
        do {
            for _ in 0..<count { connections.append(try await connect(access)) }
            let success = try await body(connections)
            for connection in connections { await connection.close() }
            return success
        } catch {
            for connection in connections { await connection.close() }
            throw error
        }
    }
}

extension Connection {
    /// Lends itself to a body and closes itself afterwards, however the body ends.
    package func lent<Success: Sendable>(
        to body: (any Connection) async throws -> Success
    ) async throws -> Success {
        do {
            let success = try await body(self)
            await close()
            return success
        } catch {
            await close()
            throw error
        }
    }
}
