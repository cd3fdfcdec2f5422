public import MartletCore

/// What a counter counts.
///
/// One number for each distinct combination of the key columns, or one for the whole table.
public struct CounterDefinition: Sendable, Hashable {
    /// A column of a parent table that keeps the number instead of a table of Martlet's own.
    public struct Parent: Sendable, Hashable {
        /// The table that has the column.
        public var table: QualifiedName
        /// The column that keeps the number: an integer, NULL until it was filled.
        public var column: String

        /// Names the column.
        public init(table: QualifiedName, column: String) {
            self.table = table
            self.column = column
        }
    }

    /// What it is called.
    public var name: CounterName
    /// The table whose rows are counted.
    public var table: QualifiedName
    /// The columns that tell the numbers apart; none for one number in all.
    public var keyColumns: [String]
    /// Which rows count: a condition in SQL over the columns of one row, without subqueries; nil for all.
    public var condition: String?
    /// What is added up instead of one for each row: an expression in SQL over the columns of one row.
    public var sum: String?
    /// Where the number is kept, if not in a table of its own.
    public var parent: Parent?

    /// Says what to count.
    public init(
        name: CounterName,
        table: QualifiedName,
        keyColumns: [String] = [],
        condition: String? = nil,
        sum: String? = nil,
        parent: Parent? = nil
    ) {
        self.name = name
        self.table = table
        self.keyColumns = keyColumns
        self.condition = condition
        self.sum = sum
        self.parent = parent
    }
}
