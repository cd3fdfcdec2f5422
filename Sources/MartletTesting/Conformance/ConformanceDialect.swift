import MartletCore

/// Where the two dialects differ, so far as the suite meets it: all of it is here.
struct ConformanceDialect {
    let dialect: Dialect

    init(_ dialect: Dialect) {
        self.dialect = dialect
    }

    /// A type of column that both engines can hold, each in its own way.
    enum ColumnType: CaseIterable {
        case boolean, integer, double, decimal, text, bytes, date, timestamp, uuid, json, integerArray
    }

    /// SQLite keeps decimals, days, instants, identifiers, documents and arrays as text.
    func name(of type: ColumnType) -> String {
        switch (type, dialect) {
        case (.boolean, _): "boolean"
        case (.integer, _): "bigint"
        case (.double, _): "double precision"
        case (.decimal, .postgres): "numeric"
        case (.bytes, .postgres): "bytea"
        case (.bytes, .sqlite): "blob"
        case (.date, .postgres): "date"
        case (.timestamp, .postgres): "timestamptz"
        case (.uuid, .postgres): "uuid"
        case (.json, .postgres): "json"
        case (.integerArray, .postgres): "bigint[]"
        case (.text, _), (_, .sqlite): "text"
        }
    }

    /// SQLite turns NaN into NULL, so its engine refuses it.
    var storesNaN: Bool { dialect == .postgres }
    /// SQLite has no arrays: they are JSON text.
    var hasArrays: Bool { dialect == .postgres }
    /// An instant that never comes.
    var storesInfiniteTime: Bool { dialect == .postgres }
    /// PostgreSQL gives up a transaction after any error, SQLite only after some.
    var anyErrorAbortsTransaction: Bool { dialect == .postgres }
    /// SQLite has no cost.
    var hasPlanCost: Bool { dialect == .postgres }
    /// The schema that holds a table made without one.
    var schema: String { dialect == .postgres ? "public" : "main" }

    /// True for the rows whose column is one of many values.
    func isMember(_ column: Identifier, of values: [Int], select: String, from table: Identifier) -> BoundStatement {
        switch dialect {
        case .postgres: "SELECT \(unsafeSQL: select) FROM \(table) WHERE \(column) = ANY(\(values))"
        case .sqlite:
            "SELECT \(unsafeSQL: select) FROM \(table) WHERE \(column) IN (SELECT value FROM json_each(\(values)))"
        }
    }

    /// A statement that runs until somebody stops it, and reads nothing.
    let endless: BoundStatement =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    /// A statement that writes until somebody stops it.
    func endlessInsert(into table: Identifier) -> BoundStatement {
        "INSERT INTO \(table) (id) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    }

    /// Fills `id` with the numbers from 1.
    func fill(_ table: Identifier, rows: Int) -> BoundStatement {
        """
        INSERT INTO \(table) (id) WITH RECURSIVE n(i) AS (
            SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(unsafeSQL: String(rows))
        ) SELECT i FROM n
        """
    }

    /// A script that makes `log` count what is inserted into `source`: with semicolons within, and comments.
    func countingScript(source: Identifier, log: Identifier, function: Identifier) -> String {
        let trigger = Identifier(source.name + "_trigger").quoted
        return switch dialect {
        case .postgres:
            """
            INSERT INTO \(log.quoted) (id) VALUES (0); -- a comment; with a semicolon
            CREATE OR REPLACE FUNCTION \(function.quoted)() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE \(log.quoted) SET id = id + 1;
                RETURN NEW;
            END;
            $$;
            CREATE TRIGGER \(trigger) AFTER INSERT ON \(source.quoted)
                FOR EACH ROW EXECUTE FUNCTION \(function.quoted)();
            INSERT INTO \(source.quoted) (id) VALUES (1), (2);
            """
        case .sqlite:
            """
            INSERT INTO \(log.quoted) (id) VALUES (0); -- a comment; with a semicolon
            CREATE TRIGGER \(trigger) AFTER INSERT ON \(source.quoted) BEGIN
                UPDATE \(log.quoted) SET id = id + 1;
                SELECT 1;
            END;
            INSERT INTO \(source.quoted) (id) VALUES (1), (2);
            """
        }
    }

    /// Removes what the script leaves besides its tables.
    func dropFunction(_ function: Identifier) -> BoundStatement {
        switch dialect {
        case .postgres: "DROP FUNCTION IF EXISTS \(function) CASCADE"
        case .sqlite: "SELECT 1"
        }
    }
}

extension Engine {
    /// The differences of this engine's dialect.
    var differences: ConformanceDialect { ConformanceDialect(dialect) }
}
