import Foundation
import Glibc
import MartletCore

/// A throw-away PostgreSQL server in a temporary folder, reached over a unix socket.
///
/// It is run by an unprivileged user (`postgres` or `nobody` where this process is root, else the current one), answers
/// within about a second, and is gone when `stop()` returns, when the value is released, and soon after this process
/// ends, even by SIGKILL. Tests share one server and make a database each. pg_stat_statements and auto_explain are
/// loaded; extensions of the options that are installed exist in each database.
package final class PrivatePostgres: Sendable {
    /// One of the two servers of a cluster with a replica.
    package enum Role: String, Sendable {
        /// The server that takes writes.
        case primary
        /// The server that follows it.
        case replica

        fileprivate var port: Int { self == .primary ? 5432 : 5433 }
    }

    /// What it was started with.
    package let options: Options
    /// The folder that holds the cluster, its socket and its log.
    package var folder: String { supervisor.folder }
    let supervisor: PrivatePostgresSupervisor

    private init(options: Options, supervisor: PrivatePostgresSupervisor) {
        self.options = options
        self.supervisor = supervisor
    }

    /// Makes a cluster and starts its server, and its replica if one is asked for.
    ///
    /// Takes about 0.5 s, and about 0.7 s more with a replica.
    package static func start(_ options: Options = Options()) async throws(PrivatePostgresError) -> PrivatePostgres {
        let supervisor = try PrivatePostgresSupervisor(parentFolder: parentFolder(options))
        let server = PrivatePostgres(options: options, supervisor: supervisor)
        do throws(PrivatePostgresError) {
            try await server.setUp()
        } catch {
            await supervisor.stop()
            throw error
        }
        return server
    }

    /// A libpq connection string for a database of the server, as its superuser.
    package func connectionString(database: String = "postgres", on role: Role = .primary) -> String {
        let quoted = database.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
        return "host=\(folder) port=\(role.port) user=postgres dbname='\(quoted)'"
    }

    /// Makes an empty database and returns its connection string.
    @discardableResult
    package func createDatabase(named name: String) async throws(PrivatePostgresError) -> String {
        _ = try await query("CREATE DATABASE \(Identifier(name).quoted)")
        return connectionString(database: name)
    }

    /// Runs SQL through psql and returns what it prints: columns separated by `|`, rows by line breaks.
    ///
    /// For setting things up where no connection is at hand; each call starts a process.
    package func query(
        _ sql: String,
        database: String = "postgres",
        on role: Role = .primary
    ) async throws(PrivatePostgresError) -> String {
        let line = sql.replacing("\n", with: " ")
        let result = try await supervisor.run("query \(role.port) \(Self.quoted(database)) \(Self.quoted(line))")
        guard result.status == 0 else {
            throw PrivatePostgresError(.statementFailed, "psql could not run \(line): \(result.output)")
        }
        return result.output
    }

    /// What the server has logged.
    package func log(_ role: Role = .primary) -> String {
        let bytes = FileManager.default.contents(atPath: logPath(role))
        return String(decoding: bytes ?? Data(), as: UTF8.self)
    }

    /// The path of the server's log.
    package func logPath(_ role: Role = .primary) -> String {
        "\(folder)/\(role.rawValue).log"
    }

    /// Returns when the replica has replayed all that the primary has committed so far.
    package func waitForReplica() async throws(PrivatePostgresError) {
        let position = try await query("SELECT pg_current_wal_lsn()")
        // Each turn starts a process of about 20 ms, and a replica on the same machine is behind by less than that.
        for _ in 0..<500 {
            let replayed = "SELECT pg_last_wal_replay_lsn() >= '\(position)'"
            if try await query(replayed, on: .replica) == "t" { return }
        }
        throw PrivatePostgresError(.serverFailed, "the replica has not reached \(position): \(lastLines(.replica))")
    }

    /// Kills the server process at once (SIGKILL), as the kernel does when memory runs out.
    package func crash(_ role: Role = .primary) async throws(PrivatePostgresError) {
        _ = try await supervisor.run("end \(role.rawValue) KILL")
    }

    /// Starts the server again after `crash()`, or stops it (fast) and starts it.
    package func restart(_ role: Role = .primary) async throws(PrivatePostgresError) {
        _ = try await supervisor.run("end \(role.rawValue) INT")
        try await launch(role)
    }

    /// Stops the servers and removes their folder; returns when both are gone.
    package func stop() async {
        await supervisor.stop()
    }

    private func setUp() async throws(PrivatePostgresError) {
        guard try await supervisor.run("bin=$(find_binaries)").status == 0 else {
            throw PrivatePostgresError(
                .notInstalled,
                "no PostgreSQL server was found by pg_config, in /usr/lib/postgresql or on the PATH; "
                    + "install one: apt-get install postgresql"
            )
        }
        let cluster = try await supervisor.run("make_cluster \(Self.quoted(options.locale))")
        guard cluster.status == 0 else {
            throw PrivatePostgresError(.setupFailed, "initdb failed: \(cluster.output)")
        }
        let lines = options.configuration.map(Self.quoted).joined(separator: " ")
        _ = try await supervisor.run(#"printf '%s\n' \#(lines) >>"$folder/primary/postgresql.conf""#)
        try await launch(.primary)
        try await createExtensions()
        guard options.replica else { return }
        let copy = try await supervisor.run("make_replica")
        guard copy.status == 0 else {
            throw PrivatePostgresError(.setupFailed, "pg_basebackup failed: \(copy.output)")
        }
        try await launch(.replica)
    }

    /// In `template1` too, from which databases are copied.
    private func createExtensions() async throws(PrivatePostgresError) {
        guard !options.extensions.isEmpty else { return }
        let names = options.extensions.map { SQLLiteral($0, dialect: .postgres).description }.joined(separator: ",")
        let installed = "SELECT name FROM pg_available_extensions WHERE name IN (\(names))"
        let statement = """
            DO $$ DECLARE extension name; BEGIN FOR extension IN \(installed) LOOP
            EXECUTE format('CREATE EXTENSION %I', extension); END LOOP; END $$
            """
        for database in ["template1", "postgres"] { _ = try await query(statement, database: database) }
    }

    func launch(_ role: Role) async throws(PrivatePostgresError) {
        // Sessions that have not yet seen that their server was killed keep the folder claimed for some milliseconds.
        for attempt in 1... {
            let result = try await supervisor.run("start \(role.rawValue) \(role.port)")
            if result.status == 0 { return }
            let reason = lastLines(role)
            guard attempt < 50, reason.contains("pre-existing shared memory block") else {
                throw PrivatePostgresError(.serverFailed, "the private PostgreSQL did not start: \(reason)")
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    private func lastLines(_ role: Role) -> String {
        log(role).split(separator: "\n").suffix(5).joined(separator: "\n")
    }

    /// The path of the socket must stay below 108 bytes, and root's own folders are closed to the server's user.
    private static func parentFolder(_ options: Options) -> String {
        if let folder = options.parentFolder { return folder }
        let temporary = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        return geteuid() == 0 || temporary.utf8.count > 60 ? "/tmp" : temporary
    }

    /// A word for the shell.
    static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: #"'\''"#) + "'"
    }
}
