import MartletCore

/// What is done to a database for one counter, as SQL that people can read and run.
struct PostgresCounterPlanSQL: Sendable {
    let counter: PostgresCounter
    let definition: CounterDefinition

    init(counter: PostgresCounter, definition: CounterDefinition) {
        self.counter = counter
        self.definition = definition
    }

    init(record: PostgresCounterRecord) {
        self.init(counter: record.counter, definition: record.definition)
    }

    /// How it is installed on tables (as SQL, and whether they are partitioned), initialised and removed.
    func plan(tables: [(sql: String, isPartitioned: Bool)]) -> MigrationPlan {
        let sql = PostgresCounterTriggerSQL(counter: counter)
        let parts = PostgresCounterSchemaSQL.statements + sql.slotStatements + sql.functionStatements + [entry]
        let triggers = tables.map { table in
            let events = sql.events(onPartitioned: table.isPartitioned)
            return MigrationStep(
                sql: events.map { sql.trigger($0, on: table.sql) + ";" }.joined(separator: "\n"),
                lock: "SHARE ROW EXCLUSIVE on \(table.sql): waits for transactions that write to it, then blocks its "
                    + "writers for milliseconds"
            )
        }
        let fill = MigrationStep(
            sql: initialisation.joined(separator: "\n"),
            isTransactional: false,
            lock: "none that blocks reads or writes; reads \(counter.table) once"
        )
        let drops = tables.map { table in
            MigrationStep(
                sql: sql.events(onPartitioned: table.isPartitioned)
                    .map { "DROP TRIGGER IF EXISTS \(counter.trigger($0.rawValue)) ON \(table.sql);" }
                    .joined(separator: "\n"),
                lock: "ACCESS EXCLUSIVE on \(table.sql): waits for transactions that use it, then blocks them for "
                    + "milliseconds"
            )
        }
        return MigrationPlan(
            name: "counter-" + counter.name.text.replacing("_", with: "-"),
            summary: "Keeps the number of rows of \(counter.table) in the counter \(counter.name).",
            up: [MigrationStep(sql: Self.script(parts), lock: "none that blocks reads or writes")] + triggers + [fill],
            down: drops + [
                MigrationStep(sql: removal.joined(separator: "\n"), lock: "none that blocks the counted rows")
            ],
            verify: [
                "SELECT NOT EXISTS (\(PostgresCounterGapsSQL(counter: counter).gaps))",
                "SELECT initialised_at IS NOT NULL FROM martlet.counters WHERE name = \(name)",
            ]
        )
    }

    /// Makes the numbers right in one snapshot.
    var initialisation: [String] {
        let repair = PostgresCounterRepairSQL(counter: counter)
        return inSnapshot([
            repair.lock, repair.correction,
            """
            UPDATE martlet.counters SET initialised_at = coalesce(initialised_at, now()), backfilled_to = NULL,
              backfilled_keys = 0 WHERE name = \(name)
            """,
        ])
    }

    /// One batch; `$1` and `$2` are the keys between which it is.
    func backfill(_ options: BackfillOptions) -> [String] {
        guard !counter.keys.isEmpty else { return initialisation }
        let sql = PostgresCounterBackfillSQL(counter: counter)
        return ["-- for each batch of \(options.batchSize) keys, then once for those with NULL:"]
            + inSnapshot([
                PostgresCounterRepairSQL(counter: counter).lock,
                sql.end(batchSize: options.batchSize, isFirst: false), sql.batch(isFirst: false, isLast: false),
            ])
    }

    /// Compares in one snapshot.
    var verification: [String] {
        let repair = PostgresCounterRepairSQL(counter: counter)
        return inSnapshot([
            repair.lock, PostgresCounterGapsSQL(counter: counter).gaps,
            repair.verification(differencesMax: CounterVerification.differencesMax),
        ])
    }

    /// Takes away all but the triggers.
    var removal: [String] {
        (PostgresCounterTriggerSQL(counter: counter).removal + [
            "DELETE FROM martlet.reservations WHERE counter = \(name)",
            "DELETE FROM martlet.counters WHERE name = \(name)",
        ])
        .map { $0 + ";" }
    }

    /// The row of `martlet.counters`, as a statement without values.
    var entry: String {
        func array(_ texts: [String?]) -> String {
            "ARRAY[\(texts.map(literal).joined(separator: ", "))]::text[]"
        }
        return """
            INSERT INTO martlet.counters
              (name, source, key_columns, key_types, key_collations, is_hashable, condition, amount, typed_condition,
               typed_amount)
            VALUES (\(name), CAST(\(literal(counter.table.quoted)) AS pg_catalog.regclass),
              \(array(counter.keys.map(\.column))), \(array(counter.keys.map(\.type))),
              \(array(counter.keys.map(\.collation))), \(counter.isHashable), \(literal(counter.condition)),
              \(literal(counter.amount)), \(literal(definition.condition)), \(literal(definition.sum)))
            ON CONFLICT (name) DO NOTHING
            """
    }

    private var name: String { literal(counter.name.text) }

    private func literal(_ text: String?) -> String {
        text.map { SQLLiteral($0, dialect: .postgres).description } ?? "NULL"
    }

    private func inSnapshot(_ statements: [String]) -> [String] {
        ["BEGIN ISOLATION LEVEL REPEATABLE READ;"] + statements.map { $0 + ";" } + ["COMMIT;"]
    }

    private static func script(_ statements: [String]) -> String {
        statements.map { $0 + ";" }.joined(separator: "\n")
    }
}
