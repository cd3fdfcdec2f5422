public import MartletCore
internal import Synchronization

/// PostgreSQL through libpq: every form of authentication, TLS, service files and `PG*` variables that psql knows.
///
/// The engine owns one or more event loops, each a thread. A task that prefers a loop as its executor reaches its
/// connection without changing threads, which is a third faster:
///
///     await withTaskExecutorPreference(engine.taskExecutor) { … }
public final class PostgresEngine: Engine {
    /// PostgreSQL.
    public let dialect = Dialect.postgres
    /// What PostgreSQL can do.
    public let capabilities: Capabilities = [
        .pipelining, .statementStatistics, .planBuffers, .partitioning, .concurrentIndexBuild, .indexUsage,
        .copying,
    ]
    /// The connection string without its password.
    public let displayName: String

    private let connectionString: String
    private let connectTimeout: Duration
    private let loops: [EventLoop]
    private let connectionsMade = Atomic<Int>(0)

    /// Prepares to connect; the server is not contacted yet.
    ///
    /// - Parameters:
    ///   - connectionString: a URL or `key=value` string of libpq; empty for what the environment says.
    ///   - loops: threads that serve the connections in turn; one carries about 80,000 statements a second.
    ///   - connectTimeout: how long to wait for the server when connecting.
    /// - Throws: `.resourcesExhausted` when the process has no descriptors left for a loop.
    public init(
        _ connectionString: String,
        loops: Int = 1,
        connectTimeout: Duration = .seconds(10)
    ) throws(EngineError) {
        precondition(loops > 0, "an engine needs a loop")
        self.connectionString = connectionString
        self.connectTimeout = connectTimeout
        displayName = ConnectionString(connectionString).shown
        do throws(SystemCallFailure) {
            self.loops = try (1...loops)
                .map { number throws(SystemCallFailure) in
                    try EventLoop(name: "martlet-loop-\(number)")
                }
        } catch {
            throw EngineError(.resourcesExhausted, "\(error); close files or raise the limit of open files")
        }
    }

    /// The first loop as an executor for tasks.
    public var taskExecutor: any TaskExecutor { loops[0] }

    /// All loops as executors; the connection made n-th is served by loop n modulo their number.
    public var taskExecutors: [any TaskExecutor] { loops }

    /// Opens one session: one connection attempt, and one round trip more where read-only is asked for.
    public func connect(_ access: Access) async throws(EngineError) -> any Connection {
        try await connectPostgres(access)
    }

    /// Nothing is held open between connections; the loops end with the engine and its last connection.
    public func shutdown() async {}

    func connectPostgres(_ access: Access) async throws(EngineError) -> PostgresConnection {
        let session = try await ConnectionAttempt(connectionString: connectionString, timeout: connectTimeout).start()
        let number = connectionsMade.add(1, ordering: .relaxed).oldValue
        let connection = PostgresConnection(session, on: loops[number % loops.count])
        do throws(EngineError) {
            try await connection.open(access)
            return connection
        } catch {
            await connection.close()
            throw error
        }
    }
}
