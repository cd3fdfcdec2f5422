/// One index of a table.
public struct Index: Sendable, Hashable {
    /// Its name; the schema is the table's.
    public var name: String
    /// The table it belongs to.
    public var table: QualifiedName
    /// `btree`, `hash`, `gin`, `gist`, `spgist`, `brin`.
    public var method: String
    /// Key columns in order.
    public var keys: [Key]
    /// Columns carried along that are no part of the key (INCLUDE).
    public var included: [String]
    /// The condition of a partial index, as the database prints it.
    public var predicate: String?
    /// Whether it refuses duplicates.
    public var isUnique: Bool
    /// Whether it lets several rows have NULL in a key that it refuses duplicates of: false for NULLS NOT DISTINCT.
    public var areNullsDistinct: Bool
    /// Whether it refuses duplicates as late as at the end of a transaction, or can be told to.
    public var isDeferrable: Bool
    /// Whether it backs the primary key.
    public var isPrimary: Bool
    /// The constraint it backs: primary key, unique or exclusion.
    public var constraint: String?
    /// Whether logical replication identifies rows by it.
    public var isReplicaIdentity: Bool
    /// False for what an interrupted CREATE INDEX CONCURRENTLY left behind.
    public var isValid: Bool
    /// Bytes on disk.
    public var sizeBytes: Int
    /// Look-ups since the statistics were reset; nil where none are counted.
    public var scans: Int?
    /// The statement that makes it; nil for SQLite's automatic indexes, which cannot be dropped.
    public var definition: String?
    /// What its definition does not say and dropping it forgets.
    package var attachments = Attachments()
    /// Whether a foreign key leans on it, rather than on another that is unique over the same columns; nil where the
    /// database does not say.
    package var isReferenced: Bool?

    /// Puts an index together.
    public init(
        name: String,
        table: QualifiedName,
        method: String = "btree",
        keys: [Key],
        included: [String] = [],
        predicate: String? = nil,
        isUnique: Bool = false,
        areNullsDistinct: Bool = true,
        isDeferrable: Bool = false,
        isPrimary: Bool = false,
        constraint: String? = nil,
        isReplicaIdentity: Bool = false,
        isValid: Bool = true,
        sizeBytes: Int = 0,
        scans: Int? = nil,
        definition: String? = nil
    ) {
        self.name = name
        self.table = table
        self.method = method
        self.keys = keys
        self.included = included
        self.predicate = predicate
        self.isUnique = isUnique
        self.areNullsDistinct = areNullsDistinct
        self.isDeferrable = isDeferrable
        self.isPrimary = isPrimary
        self.constraint = constraint
        self.isReplicaIdentity = isReplicaIdentity
        self.isValid = isValid
        self.sizeBytes = sizeBytes
        self.scans = scans
        self.definition = definition
    }

    /// Its name with the schema.
    public var qualifiedName: QualifiedName {
        QualifiedName(schema: table.schema, name: name)
    }

    /// One column or expression of the key.
    public struct Key: Sendable, Hashable {
        /// The column's name, or the expression as the database prints it.
        public var text: String
        /// Whether `text` is an expression.
        public var isExpression: Bool
        /// Whether it is stored in descending order.
        public var isDescending: Bool
        /// Whether NULLs come first; by default they do only in descending order (PostgreSQL).
        public var nullsFirst: Bool
        /// Collation, if it is not the column's own.
        public var collation: String?
        /// Operator class, if it is not the type's default.
        public var operatorClass: String?

        /// Puts a key together.
        public init(
            _ text: String,
            isExpression: Bool = false,
            isDescending: Bool = false,
            nullsFirst: Bool? = nil,
            collation: String? = nil,
            operatorClass: String? = nil
        ) {
            self.text = text
            self.isExpression = isExpression
            self.isDescending = isDescending
            self.nullsFirst = nullsFirst ?? isDescending
            self.collation = collation
            self.operatorClass = operatorClass
        }
    }
}
