public import MartletCore

/// Numbers of rows that are kept while rows change: exact in every snapshot, and read without counting.
///
/// A counter is installed once, by the command `martlet counter add` or by `install`; then any statement of any
/// client keeps it.
public struct Counters: Sendable {
    private let engine: any Engine

    /// Counters of a database.
    public init(_ engine: any Engine) {
        self.engine = engine
    }

    /// What keeps them there.
    package var store: any CounterStore {
        switch engine.dialect {
        case .postgres: PostgresCounterStore(engine)
        case .sqlite: SQLiteCounterStore(engine)
        }
    }

    /// One number, read on a connection of its own.
    ///
    /// One round trip beside those of the connection. A counter that has not been initialised is counted, and the
    /// answer says so.
    public func value(of name: CounterName, for key: CounterKey = .whole) async throws -> CounterValue {
        try await engine.withConnection(.readOnly) { try await value(of: name, for: key, on: $0) }
    }

    /// One number, as the connection's transaction sees it.
    ///
    /// One round trip.
    public func value(
        of name: CounterName,
        for key: CounterKey = .whole,
        on connection: any Connection
    ) async throws -> CounterValue {
        try await store.value(of: name, for: key, on: connection)
    }

    /// Many numbers, read on a connection of its own; a key without rows has 0.
    ///
    /// One round trip beside those of the connection.
    public func values(of name: CounterName, for keys: [CounterKey]) async throws -> [CounterKey: CounterValue] {
        try await engine.withConnection(.readOnly) { try await values(of: name, for: keys, on: $0) }
    }

    /// Many numbers, as the connection's transaction sees them; a key without rows has 0.
    ///
    /// One round trip.
    public func values(
        of name: CounterName,
        for keys: [CounterKey],
        on connection: any Connection
    ) async throws -> [CounterKey: CounterValue] {
        try await store.values(of: name, for: keys, on: connection)
    }

    /// Keeps room for rows that the open transaction will add, and says whether there is any.
    ///
    /// Call it within a transaction, then add the rows: until the transaction ends, others who ask for the same number
    /// wait, and the limit holds among all who ask before they add. Who asks again in one transaction should have added
    /// the rows that he asked for first: PostgreSQL remembers them, SQLite does not.
    ///
    /// One round trip on PostgreSQL. On SQLite it takes the write lock, so that everybody who writes waits.
    ///
    /// - Throws: `CounterError.Code.unsupportedTransaction` if no transaction is open, `.invalidAmount` if the amount
    ///   is negative.
    public func reserve(
        _ amount: Int = 1,
        of name: CounterName,
        for key: CounterKey = .whole,
        limit: Int,
        on connection: any Connection
    ) async throws -> Bool {
        guard amount >= 0 else {
            throw CounterError(.invalidAmount, "room for \(amount) rows of \(name) was asked for; ask for 0 or more")
        }
        guard connection.standing == .inTransaction else {
            throw CounterError(
                .unsupportedTransaction,
                "room in \(name) is kept until a transaction ends, and none is open; begin one first"
            )
        }
        return try await store.reserve(amount, of: name, for: key, limit: limit, on: connection)
    }

    /// Installs a counter: it counts changes from now on, and is computed at each read until it is initialised.
    ///
    /// Installing what is there already does nothing; triggers that are missing are made again, and the counter is then
    /// computed until it is initialised again.
    ///
    /// On PostgreSQL it wants a lock of each table that no writer has (`SHARE ROW EXCLUSIVE`), and tries for 40 ms at a
    /// time, which is how long writers then wait at most; after about a minute of trying it throws `.busy`. Two who
    /// install one counter wait for each other without limit. On SQLite it takes the write lock, as any change of the
    /// schema does.
    public func install(_ definition: CounterDefinition) async throws {
        _ = try await store.install(definition)
    }
}
