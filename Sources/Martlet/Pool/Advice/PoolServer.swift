package import MartletCore

/// What a server has room for, as far as the size of pools goes.
package struct PoolServer: Sendable, Hashable {
    /// Sessions that it accepts: `max_connections`, or the limit of the role or database where that is lower.
    package var connectionsMax: Int
    /// Which of these limits it is.
    package var limit: String
    /// Kept free for superusers, and since version 16 for `pg_use_reserved_connections`.
    package var reservedForSuperusers: Int
    package var reservedForRoles: Int
    /// Sessions of all clients at this moment, the one that asks left out.
    package var inUse: Int
    /// Whether it runs on the machine that asks.
    package var isLocal: Bool

    package init(
        connectionsMax: Int,
        limit: String = "max_connections",
        reservedForSuperusers: Int = 3,
        reservedForRoles: Int = 0,
        inUse: Int = 0,
        isLocal: Bool = false
    ) {
        self.connectionsMax = connectionsMax
        self.limit = limit
        self.reservedForSuperusers = reservedForSuperusers
        self.reservedForRoles = reservedForRoles
        self.inUse = inUse
        self.isLocal = isLocal
    }

    /// Sessions that applications can have together.
    ///
    /// A role or a database with a limit of its own has reserved nothing of it.
    package var available: Int {
        limit == "max_connections" ? max(0, connectionsMax - reservedForSuperusers - reservedForRoles) : connectionsMax
    }

    /// Asks a PostgreSQL server: one round trip, readable by every role.
    package static func read(_ connection: any Connection) async throws(EngineError) -> PoolServer {
        let rows = try await connection.run(
            """
            SELECT current_setting('max_connections')::int,
                current_setting('superuser_reserved_connections')::int,
                coalesce(current_setting('reserved_connections', true)::int, 0),
                (SELECT coalesce(sum(numbackends), 1)::int - 1 FROM pg_stat_database),
                inet_server_addr() IS NULL OR inet_server_addr() = inet_client_addr(),
                (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user),
                (SELECT datconnlimit FROM pg_database WHERE datname = current_database())
            """
        )
        guard let row = rows.first else { throw EngineError(.other, "the server did not tell its limits") }
        var server = PoolServer(connectionsMax: try row.decode(at: 0))
        server.reservedForSuperusers = try row.decode(at: 1)
        server.reservedForRoles = try row.decode(at: 2)
        server.inUse = try row.decode(at: 3)
        server.isLocal = try row.decode(at: 4)
        // -1 is no limit.
        for (position, name) in [(5, "the connection limit of the role"), (6, "the connection limit of the database")] {
            let limit: Int = try row.decode(Int?.self, at: position) ?? -1
            guard limit >= 0, limit < server.available else { continue }
            server.connectionsMax = limit
            server.limit = name
        }
        return server
    }
}
