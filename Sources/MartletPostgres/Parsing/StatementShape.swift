/// What one statement asks of which tables and columns, as its text alone tells.
///
/// Predicates are those that hold for every row: of WHERE and ON, joined by AND. What stands below OR is not among
/// them.
package struct StatementShape: Sendable, Hashable {
    /// What the statement does.
    package enum Kind: String, Sendable, Hashable {
        case select
        case insert
        case update
        case delete
        /// Anything else: utility statements, MERGE, several statements at once.
        case other
    }

    /// A table as a FROM clause or a command names it.
    package struct TableReference: Sendable, Hashable {
        /// The schema, if it is written.
        package var schema: String?
        /// The name.
        package var name: String
        /// The name that the statement gives it.
        package var alias: String?
    }

    /// A column as an expression names it.
    package struct Column: Sendable, Hashable {
        /// Its table's place in `tables`; nil if the text alone does not tell.
        package var table: Int?
        /// The name.
        package var name: String
    }

    /// How a column is compared.
    package enum Comparison: Sendable, Hashable {
        /// Equal to a value, or a truth value itself.
        case equal
        /// One of a list, an array or a subquery.
        case list
        /// Less, greater, or between.
        case range
        /// IS NULL.
        case isNull
        /// IS NOT NULL.
        case isNotNull
        /// LIKE, ILIKE, SIMILAR TO or a regular expression.
        case pattern
        /// Equal to a column of another table.
        case join(Column)
        /// Any other operator, such as `<>` or `@>`.
        case other
    }

    /// A condition that a row must meet.
    package struct Predicate: Sendable, Hashable {
        /// The column.
        package var column: Column
        /// How it is compared.
        package var comparison: Comparison
        /// Whether a function, a cast or arithmetic stands around it, so that an index on the column itself is no use.
        package var isWrapped: Bool
    }

    /// One key of ORDER BY.
    package struct OrderKey: Sendable, Hashable {
        /// The column.
        package var column: Column
        /// Whether it descends.
        package var isDescending: Bool
        /// Where NULLs stand, if it is written.
        package var nullsFirst: Bool?
    }

    /// What the statement does.
    package var kind = Kind.other
    /// Tables that it names, subqueries included; the target of a write first.
    package var tables: [TableReference] = []
    /// Conditions on columns.
    package var predicates: [Predicate] = []
    /// The outermost ORDER BY, up to its first key that is no column.
    package var order: [OrderKey] = []
    /// Whether ORDER BY has a key that is no column.
    package var hasComputedOrder = false
    /// Columns of GROUP BY.
    package var groups: [Column] = []
    /// Columns that an UPDATE assigns.
    package var assignedColumns: [String] = []
    /// Whether the outermost SELECT has a LIMIT.
    package var hasLimit = false
    /// Whether the outermost SELECT has an OFFSET.
    package var hasOffset = false
    /// Whether the outermost SELECT groups or aggregates.
    package var isAggregate = false
    /// Whether the outermost SELECT, or RETURNING, asks for all columns of a table (`*` or `t.*`).
    package var selectsAll = false
    /// Whether conditions stand below OR.
    package var hasDisjunction = false

    /// Columns of a table that must equal something: a value, one of a list, NULL, or a column of another table.
    package func equalityColumns(ofTable table: Int) -> [String] {
        columns(ofTable: table) { comparison in
            switch comparison {
            case .equal, .list, .isNull, .join: true
            case .range, .isNotNull, .pattern, .other: false
            }
        }
    }

    /// Columns of a table that must lie in a range.
    package func rangeColumns(ofTable table: Int) -> [String] {
        columns(ofTable: table) { $0 == .range }
    }

    private func columns(ofTable table: Int, where isWanted: (Comparison) -> Bool) -> [String] {
        var names: [String] = []
        for predicate in predicates where predicate.column.table == table && !predicate.isWrapped {
            let name = predicate.column.name
            if isWanted(predicate.comparison), !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// The shape with columns assigned to tables, where just one of the tables has a column of that name.
    ///
    /// - Parameter columns: the columns of a table; nil if it is not known.
    /// - Returns: the shape, in which columns that two tables have are still assigned to none.
    package func resolved(_ columns: (TableReference) -> Set<String>?) -> StatementShape {
        let known = tables.map(columns)
        func resolve(_ column: Column) -> Column {
            guard column.table == nil else { return column }
            let owners = known.indices.filter { known[$0]?.contains(column.name) ?? false }
            return owners.count == 1 ? Column(table: owners[0], name: column.name) : column
        }
        var shape = self
        for position in shape.predicates.indices {
            shape.predicates[position].column = resolve(shape.predicates[position].column)
            if case .join(let other) = shape.predicates[position].comparison {
                shape.predicates[position].comparison = .join(resolve(other))
            }
        }
        for position in shape.order.indices { shape.order[position].column = resolve(shape.order[position].column) }
        shape.groups = shape.groups.map(resolve)
        return shape
    }
}
