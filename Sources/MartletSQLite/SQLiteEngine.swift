public import GRDB
public import MartletCore

/// SQLite, through GRDB.
///
/// Made from a path, each connection opens the file for itself and closes it again, so connections wait for one
/// another only for SQLite's write lock, of which there is one: five seconds at most. Made from an application's
/// `DatabasePool`, nothing is opened or closed: a connection borrows a reader or the writer for one statement or one
/// transaction at a time, and the application's transaction observers see what Martlet changes.
///
/// SQLite blocks, so each connection has a thread of its own.
public struct SQLiteEngine: Engine {
    /// How a file keeps what has not been checkpointed.
    public enum Journal: Sendable, Hashable {
        /// As it was found; a new file gets a write-ahead log.
        case asFound
        /// A write-ahead log with `synchronous = NORMAL`. The file keeps this mode: readers and a writer then no
        /// longer wait for each other.
        case writeAheadLog
    }

    private let source: DatabaseSource
    private let path: String

    /// Takes the path of a file, which is opened when a connection is.
    ///
    /// A file that does not exist is created by the first `.readWrite` connection, and only with `createIfMissing`.
    /// A `.readOnly` connection never changes the file, nor its journal mode; beside a file with a write-ahead log it
    /// may leave an empty log, as every reader of SQLite does.
    public init(path: String, createIfMissing: Bool = false, journal: Journal = .asFound) {
        self.path = path
        source = .file(DatabaseFile(path: path, createIfMissing: createIfMissing, journal: journal))
    }

    /// Takes the pool that an application has opened, and never closes it.
    ///
    /// While a transaction of a `.readWrite` connection is open, the pool's writer waits for it.
    public init(pool: DatabasePool) {
        path = pool.path
        source = .pool(pool)
    }

    /// `.sqlite`.
    public var dialect: Dialect { .sqlite }

    /// None of those that PostgreSQL has beyond SQLite.
    public var capabilities: Capabilities { [] }

    /// The path of the file.
    public var displayName: String { path }

    /// Opens the file on a thread of its own, or makes ready to borrow from the application's pool.
    public func connect(_ access: Access) async throws(EngineError) -> any Connection {
        SQLiteConnection(try await Session.start(source, access: access), path: path)
    }

    /// Does nothing: connections hold all there is.
    public func shutdown() async {}
}
