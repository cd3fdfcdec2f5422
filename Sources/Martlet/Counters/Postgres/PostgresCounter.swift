import MartletCore

/// A counter with all that the catalog says about it: enough to write its SQL.
struct PostgresCounter: Sendable, Hashable {
    /// One column that tells the numbers apart.
    struct Key: Sendable, Hashable {
        /// The column of the counted table.
        var column: String
        /// Its type as SQL with its schema, without a modifier and without a domain around it.
        var type: String
        /// Its collation as SQL, if it has one.
        var collation: String?
    }

    var name: CounterName
    var table: QualifiedName
    var keys: [Key]
    /// The condition as PostgreSQL itself writes it, every name in it resolved.
    var condition: String?
    /// What is added up, as PostgreSQL itself writes it; nil for rows.
    var amount: String?
    var isPartitioned = false
    /// Whether the rows are lost in a crash: then the numbers must be, too.
    var isUnlogged = false
    /// Whether every key type has a hash function.
    var isHashable = true
    /// The column that keeps the numbers; nil if deltas do.
    var parent: PostgresCounterParent?

    // MARK: Names

    /// The table of its deltas.
    var slots: String { "martlet.counter_\(name)" }

    /// The table that says from where on its deltas are read.
    var bases: String { "martlet.base_of_\(name)" }

    /// One of its functions.
    func function(_ purpose: String) -> String { "martlet.counter_\(name)_\(purpose)" }

    /// One of its triggers.
    func trigger(_ event: String) -> String { "martlet_\(name)_\(event)" }

    // MARK: Columns

    /// The columns of the deltas: one for each key column, and one that is always true where there is none, so that
    /// all counters are read through an index.
    var slotColumns: [String] {
        keys.isEmpty ? ["k1"] : keys.indices.map { "k\($0 + 1)" }
    }

    var slotTypes: [String] {
        keys.isEmpty ? ["boolean"] : keys.map(\.type)
    }

    var slotDeclarations: [String] {
        keys.isEmpty
            ? ["k1 boolean NOT NULL"]
            : keys.enumerated()
                .map { "k\($0 + 1) \($1.type)" + ($1.collation.map { " COLLATE \($0)" } ?? "") }
    }

    /// What the columns of a delta are in a row of the counted table.
    var keyExpressions: [String] {
        keys.isEmpty ? ["true"] : keys.map { Identifier($0.column).quoted }
    }

    /// `bigint` holds any number of rows; a sum may have any size and scale.
    var numberType: String { amount == nil ? "bigint" : "numeric" }

    /// What one row of the counted table adds.
    var step: String { amount.map { "(\($0))" } ?? "1" }

    /// What one row of the counted table takes away; the least of all integers has no negative but as a `numeric`.
    var negativeStep: String { amount.map { "-CAST((\($0)) AS pg_catalog.numeric)" } ?? "-1" }

    /// Which rows of the counted table add anything, as conditions to be joined by AND.
    var filters: [String] {
        [condition.map { "(\($0))" }, amount.map { "(\($0)) IS NOT NULL" }].compactMap(\.self)
    }

    /// The filters after WHERE, or nothing.
    var whereClause: String {
        filters.isEmpty ? "" : " WHERE " + filters.joined(separator: " AND ")
    }

    /// Whether the filters name operators, functions or types, which are looked up along the search path.
    ///
    /// PostgreSQL writes keywords in capitals, and a name that has any in quotes.
    var filtersSearchPath: Bool {
        guard amount == nil, let condition else { return !filters.isEmpty }
        let words = SQLWord.words(of: condition, dialect: .postgres)
        let bytes = Array(condition.utf8)
        return words.indices.contains { position in
            let word = words[position]
            let next = words.indices.contains(position + 1) ? words[position + 1] : nil
            let isColumn = next?.isSymbol("(") != true
            switch word.kind {
            case .symbol: return !word.isSymbol("(") && !word.isSymbol(")")
            case .quotedName: return !isColumn
            case .literal, .placeholder: return true
            case .name:
                let written = String(decoding: bytes[word.range], as: UTF8.self)
                return written == word.text ? !isColumn : !Self.keywordsOfTests.contains(word.text)
            }
        }
    }

    /// What a condition consists of beside columns if it only asks whether they are NULL or true.
    private static let keywordsOfTests: Set = ["and", "false", "is", "not", "null", "or", "true", "unknown"]

    /// Whether no update can change the number: all rows count, each as one, and none can be lost on its way to
    /// another partition, where a trigger may keep it out.
    var ignoresUpdates: Bool { keys.isEmpty && filters.isEmpty && !isPartitioned }

    /// Whether an update changed a few rows and nothing of them that is counted: so do most.
    ///
    /// Both transition tables have the rows in the order in which they were changed. A row may be missing in one of
    /// them, where a trigger of the partition that it moved to has kept it out.
    var isUnmoved: String {
        let number = filters.isEmpty ? step : "CASE WHEN \(filters.joined(separator: " AND ")) THEN \(step) END"
        let rows = "ARRAY(SELECT ROW(\((keyExpressions + [number]).joined(separator: ", "))) FROM"
        let isLong = "EXISTS (SELECT FROM removed OFFSET \(Self.comparedRowsMax))"
        return "(CASE WHEN \(isLong) THEN false ELSE \(rows) removed) OPERATOR(pg_catalog.=) \(rows) added) END)"
    }

    /// Rows of an update that are compared with what they were before they are counted.
    private static let comparedRowsMax = 100

    /// All rows of the counted table as (keys, number), one row for each key.
    var countQuery: String { countQuery(where: []) }

    /// Some rows of the counted table as (keys, number), one row for each key.
    func countQuery(where conditions: [String]) -> String {
        let all = filters + conditions
        let place = all.isEmpty ? "" : " WHERE " + all.joined(separator: " AND ")

        let columns = zip(keyExpressions, slotColumns).map { "\($0) AS \($1)" }.joined(separator: ", ")
        // Without keys no row is grouped: that by a constant takes a third longer. No row, no number, in both.
        let grouping = keys.isEmpty ? "HAVING count(*) > 0" : "GROUP BY \(keyGroups.joined(separator: ", "))"
        return "SELECT \(columns), \(total) AS n FROM \(table.quoted)\(place) \(grouping)"
    }

    /// All deltas as (keys, number), one row for each key.
    var keptQuery: String { keptQuery(where: []) }

    /// Some deltas as (keys, number), one row for each key.
    func keptQuery(where conditions: [String]) -> String {
        let columns = slotColumns.joined(separator: ", ")
        let place = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return "SELECT \(columns), sum(n) AS n FROM (\(readDeltas)) d\(place) GROUP BY \(columns)"
    }

    /// The deltas that readers add up.
    private var readDeltas: String {
        let columns = slotColumns.joined(separator: ", ")
        let isSame = slotColumns.map { "b.\($0) = s.\($0)" }.joined(separator: " AND ")
        return """
            SELECT s.* FROM \(slots) s LEFT JOIN (
              SELECT \(columns), max(era) AS era FROM \(bases) WHERE cluster = \(Self.cluster) GROUP BY \(columns)
            ) b ON \(isSame) WHERE s.era >= coalesce(b.era, 0)
            """
    }

    /// The era from which readers add up the deltas of one key, whose place is a condition on its columns.
    ///
    /// Deltas that are older than the base of their key have been folded, and are not looked at: the entries that they
    /// left in the index are many where a snapshot that someone holds keeps vacuum from removing them.
    func eraRead(where place: String) -> String {
        """
        coalesce((
          SELECT era FROM \(bases) WHERE \(place) AND cluster = \(Self.cluster) ORDER BY era DESC LIMIT 1), 0)
        """
    }

    /// The functions that triggers of the counted table call, by purpose.
    static let changeFunctions = ["inserted", "deleted", "updated", "truncated"]
    /// The functions that triggers of a parent call, by purpose.
    static let parentFunctions = ["arrived", "settled"]

    /// A text as a constant.
    static func literal(_ text: String) -> String { SQLLiteral(text, dialect: .postgres).description }

    /// The number by which the catalog knows a table.
    static func relation(_ table: QualifiedName) -> String {
        "CAST(\(literal(table.quoted)) AS pg_catalog.regclass)"
    }

    /// Tells this cluster from one into which its tables were copied, where other transactions have the same numbers.
    static let cluster = "(SELECT system_identifier FROM pg_catalog.pg_control_system())"
    /// Transactions of one era, as a power of two: more make the index smaller, fewer leave less to pass over.
    static let eraBits = 12

    /// By position, as an expression that is a constant cannot be grouped by.
    var keyGroups: [String] { slotColumns.indices.map { "\($0 + 1)" } }

    /// The number of a group of rows.
    var total: String { amount.map { "sum(\($0))" } ?? "count(*)" }
}
