/// One table with its columns, indexes and constraints.
public struct Table: Sendable {
    /// What kind of table it is.
    public enum Kind: String, Sendable, Hashable {
        /// An ordinary table.
        case ordinary
        /// A partitioned parent.
        case partitioned
        /// A partition of another table.
        case partition
        /// A table whose rows live elsewhere.
        case foreign
        /// A materialised view.
        case materializedView
        /// A virtual table of SQLite.
        case virtual
    }

    /// Its name.
    public var name: QualifiedName
    /// Its kind.
    public var kind: Kind
    /// The partitioned table that it is a partition of; nil if it is none.
    public var partitionOf: QualifiedName?
    /// Columns in order.
    public var columns: [Column]
    /// Indexes in order of name, those of constraints included.
    public var indexes: [Index]
    /// Primary key, unique, foreign key and check constraints.
    public var constraints: [Constraint]
    /// The database's own estimate of its rows; nil if it was never analysed.
    public var estimatedRows: Int?
    /// Bytes of the table without its indexes, out-of-line storage included.
    public var tableBytes: Int
    /// Bytes of all its indexes.
    public var indexBytes: Int
    /// Usage since the statistics were reset; nil where none is counted.
    public var usage: Usage?
    /// SQLite: stored in its primary key's b-tree.
    public var isWithoutRowID: Bool

    /// Puts a table together.
    public init(
        name: QualifiedName,
        kind: Kind = .ordinary,
        partitionOf: QualifiedName? = nil,
        columns: [Column],
        indexes: [Index] = [],
        constraints: [Constraint] = [],
        estimatedRows: Int? = nil,
        tableBytes: Int = 0,
        indexBytes: Int = 0,
        usage: Usage? = nil,
        isWithoutRowID: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.partitionOf = partitionOf
        self.columns = columns
        self.indexes = indexes
        self.constraints = constraints
        self.estimatedRows = estimatedRows
        self.tableBytes = tableBytes
        self.indexBytes = indexBytes
        self.usage = usage
        self.isWithoutRowID = isWithoutRowID
    }

    /// The primary key's columns in order; empty if it has none.
    public var primaryKeyColumns: [String] {
        constraints.first { $0.kind == .primaryKey }?.columns ?? []
    }

    /// Bytes of the table and its indexes.
    public var totalBytes: Int { tableBytes + indexBytes }

    /// One column.
    public struct Column: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Its type as the database prints it.
        public var type: String
        /// Whether it may be NULL.
        public var isNullable: Bool
        /// Its default as SQL.
        public var defaultSQL: String?
        /// Distinct values: as a number if positive, as a share of the rows if negative (pg_stats.n_distinct); nil
        /// where unknown.
        public var distinctValues: Double?
        /// Share of NULLs, 0...1; nil where unknown.
        public var nullRatio: Double?

        /// Puts a column together.
        public init(
            name: String,
            type: String,
            isNullable: Bool = true,
            defaultSQL: String? = nil,
            distinctValues: Double? = nil,
            nullRatio: Double? = nil
        ) {
            self.name = name
            self.type = type
            self.isNullable = isNullable
            self.defaultSQL = defaultSQL
            self.distinctValues = distinctValues
            self.nullRatio = nullRatio
        }
    }

    /// How a table was used and kept.
    public struct Usage: Sendable, Hashable {
        /// Whole-table reads.
        public var sequentialScans: Int
        /// Rows those reads returned.
        public var sequentialRows: Int
        /// Index look-ups.
        public var indexScans: Int
        /// Rows inserted, updated and deleted.
        public var rowsWritten: Int
        /// Rows alive, as counted.
        public var liveRows: Int
        /// Rows dead and not yet vacuumed.
        public var deadRows: Int
        /// Rows changed since the last ANALYZE.
        public var rowsChangedSinceAnalyze: Int
        /// The last ANALYZE, by hand or automatic.
        public var lastAnalyzed: Timestamp?
        /// The last VACUUM, by hand or automatic.
        public var lastVacuumed: Timestamp?

        /// Puts usage together.
        public init(
            sequentialScans: Int = 0,
            sequentialRows: Int = 0,
            indexScans: Int = 0,
            rowsWritten: Int = 0,
            liveRows: Int = 0,
            deadRows: Int = 0,
            rowsChangedSinceAnalyze: Int = 0,
            lastAnalyzed: Timestamp? = nil,
            lastVacuumed: Timestamp? = nil
        ) {
            self.sequentialScans = sequentialScans
            self.sequentialRows = sequentialRows
            self.indexScans = indexScans
            self.rowsWritten = rowsWritten
            self.liveRows = liveRows
            self.deadRows = deadRows
            self.rowsChangedSinceAnalyze = rowsChangedSinceAnalyze
            self.lastAnalyzed = lastAnalyzed
            self.lastVacuumed = lastVacuumed
        }
    }
}
