/// One session with a database.
///
/// A connection belongs to one unit of work at a time. Statements of concurrent callers are sent in the order of their
/// calls; on PostgreSQL they are pipelined, on SQLite they wait for one another.
public protocol Connection: AnyObject, Sendable {
    /// The SQL it speaks.
    var dialect: Dialect { get }

    /// What the session is in, as far as is known here: no round trip, never waits.
    ///
    /// Meant for when no call is under way. An engine that cannot tell says `.ready`.
    var standing: SessionStanding { get }

    /// Runs one statement and returns all its rows.
    ///
    /// One round trip, and one more the first time a connection sees the statement. When `timeout` passes or the task
    /// is cancelled, the statement is cancelled on the server, and the connection stays usable.
    func run(_ statement: BoundStatement, timeout: Duration?) async throws(EngineError) -> Rows

    /// Runs several statements and returns the rows of each.
    ///
    /// PostgreSQL: one round trip for all (and one more for those it has not seen), as one implicit transaction unless
    /// one is open. SQLite: one after the other within a savepoint. All take effect or none.
    func runPipelined(_ statements: [BoundStatement], timeout: Duration?) async throws(EngineError) -> [Rows]

    /// Runs statements separated by semicolons, without values.
    ///
    /// Each sees the effect of the ones before. PostgreSQL runs them as one transaction, unless they say otherwise.
    func runScript(_ sql: String) async throws(EngineError)

    /// Runs one statement and hands its rows over in batches, with memory that does not grow with their number.
    ///
    /// The next batch is read only when the body has returned. An error of the body cancels the statement.
    func stream(
        _ statement: BoundStatement,
        batchRows: Int,
        _ body: (Rows) async throws -> Void
    ) async throws

    /// Hands over all rows of one statement as the server itself writes them, with memory that does not grow with
    /// their number, and returns how many there were.
    ///
    /// PostgreSQL: `COPY (…) TO STDOUT`; text is UTF-8, and a piece ends with a row. The next piece is read only when
    /// the body has returned. An error of the body cancels the statement. One round trip before the first piece; with
    /// values, which COPY cannot bind and which therefore are settings of a transaction that only reads, up to four
    /// more. SQLite has no such way and says `.unsupported`; see `Capabilities.copying`.
    func copyOut(
        _ statement: BoundStatement,
        as format: CopyFormat,
        _ body: (ArraySlice<UInt8>) async throws -> Void
    ) async throws -> Int

    /// Adds rows to a table by the fastest way there is: COPY on PostgreSQL, one prepared INSERT on SQLite.
    ///
    /// All rows are added or none. Returns their number.
    func load(_ rows: [[Value]], into table: QualifiedName, columns: [String]) async throws(EngineError) -> Int

    /// Says how the statement would be run, or with `analyze` runs it and says how it was.
    ///
    /// Without `analyze` the values may be left out: the plan is then one that fits any.
    /// `analyze` on PostgreSQL runs the statement within a transaction that is rolled back, so a write leaves nothing;
    /// on SQLite it steps through the statement within a savepoint that is rolled back.
    func explain(_ statement: BoundStatement, analyze: Bool) async throws(EngineError) -> Plan

    /// Reads tables, columns, indexes, constraints, sizes and statistics.
    func catalog() async throws(EngineError) -> Catalog

    /// Reads what the database itself counted per statement.
    ///
    /// PostgreSQL needs pg_stat_statements; without it, and on SQLite, the answer says why there is nothing.
    func statementStatistics(limit: Int) async throws(EngineError) -> StatementStatisticsReport

    /// Ends the session. A transaction that is open is rolled back. Further calls fail with `.connectionLost`.
    func close() async
}

extension Connection {
    /// Nothing is known to be open.
    public var standing: SessionStanding { .ready }

    /// No such way is known.
    public func copyOut(
        _ statement: BoundStatement,
        as format: CopyFormat,
        _ body: (ArraySlice<UInt8>) async throws -> Void
    ) async throws -> Int {
        throw EngineError(
            .unsupported,
            "only PostgreSQL copies rows out as it writes them; read them with run or stream",
            statement: statement.statement.text
        )
    }

    /// Runs one statement and returns all its rows, without a deadline.
    @discardableResult
    public func run(_ statement: BoundStatement) async throws(EngineError) -> Rows {
        try await run(statement, timeout: nil)
    }

    /// Runs several statements in one round trip where the engine can, without a deadline.
    @discardableResult
    public func runPipelined(_ statements: [BoundStatement]) async throws(EngineError) -> [Rows] {
        try await runPipelined(statements, timeout: nil)
    }
}
