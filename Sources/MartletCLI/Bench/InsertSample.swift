import MartletCore
import MartletLoad

/// Rows of a table that are added to it again, each with a new key: inserts as the application's own would be.
struct InsertSample: Sendable {
    let table: Table
    let dialect: Dialect

    /// Rows to draw from: enough that clients seldom meet in one.
    private static let rows = 1_000
    private static let number = "martlet_number"

    /// Whether its rows can be added again: nothing but the primary key is unique, and that makes itself.
    static func canFill(_ table: Table) -> Bool {
        table.kind == .ordinary && table.primaryKeyColumns.count == 1
            && !table.indexes.contains { $0.isUnique && !$0.isPrimary }
    }

    private var name: QualifiedName { QualifiedName(schema: table.name.schema, name: "martlet_sample") }

    /// Statements that lay the rows ready.
    var preparation: [String] {
        let source = table.name.quoted
        let drawn: String
        switch dialect {
        case .postgres:
            // Twice as many as are wanted, as the sample's size is left to chance.
            let share = min(100, 200 * Double(Self.rows) / Double(max(1, table.estimatedRows ?? 1)))
            drawn = "SELECT * FROM \(source) TABLESAMPLE BERNOULLI (\(share)) REPEATABLE (1) LIMIT \(Self.rows)"
        case .sqlite:
            let step = max(1, (table.estimatedRows ?? 1) / Self.rows / 2)
            drawn = "SELECT * FROM \(source) WHERE rowid % \(step) = 0 LIMIT \(Self.rows)"
        }
        let index =
            dialect == .postgres ? "martlet_sample_number" : "\(Identifier(name.schema).quoted).martlet_sample_number"
        let target = dialect == .postgres ? name.quoted : "martlet_sample"
        return [
            "DROP TABLE IF EXISTS \(name.quoted)",
            """
            CREATE TABLE \(name.quoted) AS
            SELECT row_number() OVER () AS \(Self.number), drawn.* FROM (\(drawn)) AS drawn
            """,
            "CREATE INDEX \(index) ON \(target) (\(Self.number))",
        ]
    }

    /// Adds one of them.
    var operation: ScenarioOperation {
        let key = table.primaryKeyColumns[0]
        // A whole-number key and one with a default make themselves; a text on SQLite does not.
        let isDrawn = dialect == .sqlite && column(key)?.type.uppercased().hasPrefix("INT") == false
        let others = table.columns.map(\.name).filter { $0 != key }.map { Identifier($0).quoted }
        let columns = (isDrawn ? [Identifier(key).quoted] : []) + others
        let values = (isDrawn ? ["lower(hex(randomblob(16)))"] : []) + others
        return ScenarioOperation(
            name: "insert",
            statements: [
                """
                INSERT INTO \(table.name.quoted) (\(columns.joined(separator: ", ")))
                SELECT \(values.joined(separator: ", ")) FROM \(name.quoted) WHERE \(Self.number) = :row
                """
            ],
            parameters: ["row": ParameterSource(.integers(1...Int64(Self.rows)))],
            writes: true
        )
    }

    private func column(_ name: String) -> Table.Column? {
        table.columns.first { $0.name == name }
    }
}
