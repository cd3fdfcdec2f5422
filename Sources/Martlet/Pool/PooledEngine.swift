public import MartletCore

/// A pool as an engine: what takes one, such as `parallel { }`, a cache's feed or counters, borrows from the pool.
///
///     let pool = Pool(try PostgresEngine("postgres://localhost/shop"), PoolConfiguration(max: 8))
///     let engine = PooledEngine(pool)
///     let (totals, latest) = try await engine.parallel(connections: 2) { … }
///
/// `connect` lends a connection until it is closed; closing it gives it back, and costs no round trip. Waits and
/// deadlines are those of the pool. What keeps a connection, as a feed that listens, keeps one of the pool's.
public struct PooledEngine: Engine {
    private let pool: Pool
    private let readingPool: Pool?
    private let site: PoolSite

    /// Takes the pool that connections come from.
    ///
    /// - Parameters:
    ///   - pool: lends what may write, and without `readOnly` what only reads as well: the database then does not
    ///     refuse a change on such a connection.
    ///   - readOnly: lends what only reads; a pool with `access: .readOnly`, perhaps of a replica.
    ///   - fileID: where the engine is made, for reports on who holds connections.
    ///   - line: where the engine is made, for reports on who holds connections.
    public init(_ pool: Pool, readOnly: Pool? = nil, fileID: StaticString = #fileID, line: Int = #line) {
        self.pool = pool
        readingPool = readOnly
        site = PoolSite(fileID: fileID, line: line)
    }

    /// The SQL of the engine beneath the pool.
    public var dialect: Dialect { pool.core.engine.dialect }
    /// What the engine beneath the pool can do.
    public var capabilities: Capabilities { pool.core.engine.capabilities }
    /// Where the engine beneath the pool is.
    public var displayName: String { pool.core.engine.displayName }

    /// Borrows a connection until it is closed, or nobody holds it any more.
    ///
    /// Refused at once within a `withConnection` of the same pool and task. `cause` of the error is the `PoolError`.
    public func connect(_ access: Access) async throws(EngineError) -> any Connection {
        let core = (access == .readOnly ? readingPool ?? pool : pool).core
        guard access == .readOnly || core.access == .readWrite else {
            throw EngineError(.readOnly, "the pool at \(site) only reads; give the engine one that may write")
        }
        do throws(PoolError) {
            return BorrowedConnection(try await core.borrow(at: site), of: core)
        } catch {
            throw EngineError(error)
        }
    }

    /// Shuts the pools down.
    public func shutdown() async {
        await pool.shutdown()
        await readingPool?.shutdown()
    }
}

extension PoolCore {
    /// A loan that no scope ends.
    fileprivate func borrow(at site: PoolSite) async throws(PoolError) -> PooledConnection {
        let (task, isCancelled) = Borrower.current
        let outer = PooledConnection.current?.firstHeld
        if let held = outer?.held(by: task, of: id) { throw nestedError(site, within: held) }
        guard !isCancelled else { throw cancelled(site) }
        let borrower = Borrower(site: site, task: task, outer: outer)
        if let loan = borrowAtOnce(borrower) { return loan }
        return try await borrow(borrower, timeout: configuration.acquireTimeout)
    }
}

extension EngineError {
    /// What the engine's callers know of the kind of failure; the pool's error is the cause.
    fileprivate init(_ error: PoolError) {
        let code: Code =
            switch error.code {
            case .cancelled: .cancelled
            case .shutDown: .connectionLost
            // Without connections the server is at fault, with them the load.
            case .cannotConnect, .timedOut: error.cause?.code ?? .resourcesExhausted
            default: .resourcesExhausted
            }
        self.init(code, error.description, driverCode: error.cause?.driverCode, cause: error)
    }
}
