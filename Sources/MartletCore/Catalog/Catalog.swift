/// What a database says of itself at one moment: its tables and all that belongs to them.
public struct Catalog: Sendable {
    /// The SQL it speaks.
    public var dialect: Dialect
    /// The version as the server prints it, such as `15.18` or `3.40.1`.
    public var version: String
    /// The name of the database, or the path of the file.
    public var database: String
    /// Bytes on disk.
    public var sizeBytes: Int
    /// User tables, in order of schema and name.
    public var tables: [Table]
    /// Tables that another session kept locked, so that nothing but their names is known; on SQLite none.
    public var lockedTables: [LockedTable]
    /// Sequences, in order of schema and name; on SQLite none.
    public var sequences: [Sequence]
    /// Since when usage has been counted; nil where it never was, or since an unknown time.
    public var statisticsSince: Timestamp?
    /// The moment of reading, by the server's clock.
    public var readAt: Timestamp
    /// Whether this server follows another, so that its own usage counts are not the whole story.
    public var isReplica: Bool

    /// Puts a catalog together.
    public init(
        dialect: Dialect,
        version: String,
        database: String,
        sizeBytes: Int,
        tables: [Table],
        lockedTables: [LockedTable] = [],
        sequences: [Sequence] = [],
        statisticsSince: Timestamp? = nil,
        readAt: Timestamp,
        isReplica: Bool = false
    ) {
        self.dialect = dialect
        self.version = version
        self.database = database
        self.sizeBytes = sizeBytes
        self.tables = tables
        self.lockedTables = lockedTables
        self.sequences = sequences
        self.statisticsSince = statisticsSince
        self.readAt = readAt
        self.isReplica = isReplica
    }

    /// The table of that name.
    public func table(_ name: QualifiedName) -> Table? {
        tables.first { $0.name == name }
    }

    /// A table that nobody else can read while a session holds it.
    public struct LockedTable: Sendable, Hashable {
        /// Its name.
        public var name: QualifiedName
        /// The process number of the session that holds it; nil if a prepared transaction does, or it was given back.
        public var session: Int?
        /// What the session does, such as `idle in transaction`; nil where the reader may not know.
        public var sessionState: String?
        /// The age of the session's transaction in seconds; nil where the reader may not know.
        public var heldSeconds: Double?
        /// Sessions that wait for the table.
        public var waitingSessions: Int

        /// Puts a locked table together.
        public init(
            name: QualifiedName,
            session: Int?,
            sessionState: String? = nil,
            heldSeconds: Double? = nil,
            waitingSessions: Int = 0
        ) {
            self.name = name
            self.session = session
            self.sessionState = sessionState
            self.heldSeconds = heldSeconds
            self.waitingSessions = waitingSessions
        }
    }

    /// A counter that gives out numbers for a column.
    public struct Sequence: Sendable, Hashable {
        /// Its name.
        public var name: QualifiedName
        /// The column it feeds, as `table.column`.
        public var ownedBy: String?
        /// The number given out last; nil if none was.
        public var lastValue: Int64?
        /// The last number that the sequence and its column's type can hold, whichever is smaller.
        public var maximum: Int64
        /// The step from one number to the next.
        public var increment: Int64
        /// Whether it begins anew after `maximum`, so that it never ends.
        public var cycles: Bool

        /// Puts a sequence together.
        public init(
            name: QualifiedName,
            ownedBy: String?,
            lastValue: Int64?,
            maximum: Int64,
            increment: Int64,
            cycles: Bool = false
        ) {
            self.name = name
            self.ownedBy = ownedBy
            self.lastValue = lastValue
            self.maximum = maximum
            self.increment = increment
            self.cycles = cycles
        }
    }
}
