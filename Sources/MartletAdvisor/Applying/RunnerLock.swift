import MartletCore

/// Lets one runner at a time migrate a PostgreSQL database: an advisory lock of the session.
///
/// The server lets go of it when the session ends, however it ends. A pooler that gives each transaction another
/// session breaks it: migrate over a direct connection. SQLite needs none: its one write lock covers each step, and
/// the journal's revision tells a second runner that it came late.
struct RunnerLock: Sendable {
    let connection: any Connection

    /// "martlet" in ASCII: a number that nobody else picks by chance.
    private static let key: Int64 = 0x6d_6172_746c_6574

    /// Whether it was to be had at once.
    func tryTake() async throws -> Bool {
        guard connection.dialect == .postgres else { return true }
        let rows = try await connection.run("SELECT pg_try_advisory_lock(\(Self.key)::bigint) AS taken")
        return try rows.first?.decode(Bool.self, "taken") ?? false
    }

    /// Lets go of it; a failure means that the session, and with it the lock, is gone.
    func release() async {
        guard connection.dialect == .postgres else { return }
        _ = try? await connection.run("SELECT pg_advisory_unlock(\(Self.key)::bigint)")
    }

    /// Who holds it, for people; nil if nobody does.
    func holder() async throws -> String? {
        guard connection.dialect == .postgres else { return nil }
        // A key of 64 bits shows as two halves with objsubid 1:
        // https://www.postgresql.org/docs/15/view-pg-locks.html
        let (high, low) = (Self.key >> 32, Self.key & 0xffff_ffff)
        let rows = try await connection.run(
            """
            SELECT l.pid, coalesce(a.usename::text, 'another user') AS role,
              coalesce(nullif(a.application_name, ''), 'unnamed') AS application,
              coalesce(host(a.client_addr), 'this machine') AS address
            FROM pg_catalog.pg_locks l
            LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
              AND l.classid::bigint = \(high)::bigint AND l.objid::bigint = \(low)::bigint
              AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
            """
        )
        guard let row = rows.first else { return nil }
        let session = try row.decode(Int.self, "pid")
        let role = try row.decode(String.self, "role")
        let application = try row.decode(String.self, "application")
        return "\(application), session \(session) of \(role) from \(try row.decode(String.self, "address"))"
    }
}
