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
        let triggers = tables.map { create(sql.events(onPartitioned: $0.isPartitioned), on: $0.sql) }
        let fill = MigrationStep(
            sql: PostgresCounterScriptSQL(counter: counter, plan: self).initialisation.joined(separator: "\n"),
            isTransactional: false,
            lock: counter.parent.map { "the rows of \($0.table) that are wrong, until they are right" }
                ?? "none that blocks reads or writes; reads \(counter.table) once"
        )
        let drops =
            tables.map { drop(sql.events(onPartitioned: $0.isPartitioned), on: $0.sql) }
            + parentSteps { drop($0, on: $1) }
        return MigrationPlan(
            name: "counter-" + counter.name.text.replacing("_", with: "-"),
            summary: "Keeps the number of rows of \(counter.table) in the counter \(counter.name).",
            up: [MigrationStep(sql: Self.script(parts), lock: "none that blocks reads or writes")]
                + triggers + parentSteps { create($0, on: $1) } + [fill],
            down: drops + [
                MigrationStep(sql: removal.joined(separator: "\n"), lock: "none that blocks the counted rows")
            ],
            verify: [
                "SELECT NOT EXISTS (\(PostgresCounterGapsSQL(counter: counter).gaps))",
                "SELECT initialised_at IS NOT NULL FROM martlet.counters WHERE name = \(name)",
            ]
        )
    }

    /// Makes all but the triggers.
    var parts: [String] {
        let sql = PostgresCounterTriggerSQL(counter: counter)
        return PostgresCounterSchemaSQL.statements + sql.slotStatements + sql.functionStatements + [entry]
    }

    /// Takes away what was made for the tables as they were, but for triggers and their functions.
    var replacement: [String] {
        PostgresCounterTriggerSQL(counter: counter).replacement + ["DELETE FROM martlet.counters WHERE name = \(name)"]
    }

    /// Has readers count until the counter is initialised again.
    static func doubt(_ name: CounterName) -> String {
        """
        UPDATE martlet.counters SET initialised_at = NULL, backfilled_to = NULL, backfilled_keys = 0
        WHERE name = \(literal(name.text))
        """
    }

    private func create(_ events: [PostgresCounterTriggerSQL.Event], on table: String) -> MigrationStep {
        let sql = PostgresCounterTriggerSQL(counter: counter)
        return MigrationStep(
            sql: events.map { sql.trigger($0, on: table) + ";" }.joined(separator: "\n"),
            lock: "SHARE ROW EXCLUSIVE on \(table): waits for transactions that write to it, then blocks its "
                + "writers for milliseconds"
        )
    }

    private func drop(_ events: [PostgresCounterTriggerSQL.Event], on table: String) -> MigrationStep {
        MigrationStep(
            sql: events.map { "DROP TRIGGER IF EXISTS \(counter.trigger($0.rawValue)) ON \(table);" }
                .joined(separator: "\n"),
            lock: "ACCESS EXCLUSIVE on \(table): waits for transactions that use it, then blocks them for milliseconds"
        )
    }

    private func parentSteps(
        _ step: ([PostgresCounterTriggerSQL.Event], String) -> MigrationStep
    ) -> [MigrationStep] {
        counter.parent.map { [step(PostgresCounterTriggerSQL.Event.parents, $0.table.quoted)] } ?? []
    }

    /// Notes that the numbers are right.
    var initialised: String {
        """
        UPDATE martlet.counters SET initialised_at = coalesce(initialised_at, now()), backfilled_to = NULL,
          backfilled_keys = 0 WHERE name = \(name)
        """
    }

    /// Takes away all but the triggers.
    var removal: [String] { removalStatements.map { $0 + ";" } }

    var removalStatements: [String] {
        PostgresCounterTriggerSQL(counter: counter).removal + [
            "DELETE FROM martlet.reservations WHERE counter = \(name)",
            "DELETE FROM martlet.counters WHERE name = \(name)",
            PostgresCounterSchemaSQL.removalOfUnused,
        ]
    }

    /// The row of `martlet.counters`, as a statement without values.
    var entry: String {
        """
        INSERT INTO martlet.counters
          (name, source, key_columns, key_types, key_collations, is_hashable, condition, amount, typed_condition,
           typed_amount, parent, parent_column, parent_keys, parent_types, parent_references, parent_equalities)
        VALUES (\(name), \(PostgresCounter.relation(counter.table)),
          \(Self.array(counter.keys.map(\.column))), \(Self.array(counter.keys.map(\.type))),
          \(Self.array(counter.keys.map(\.collation))), \(counter.isHashable), \(Self.literal(counter.condition)),
          \(Self.literal(counter.amount)), \(Self.literal(definition.condition)), \(Self.literal(definition.sum)),
          \(parentEntry))
        ON CONFLICT (name) DO NOTHING
        """
    }

    private static func array(_ texts: [String?]) -> String {
        "ARRAY[\(texts.map(literal).joined(separator: ", "))]::text[]"
    }

    private var parentEntry: String {
        guard let parent = counter.parent else { return "NULL, NULL, NULL, NULL, NULL, NULL" }
        let keys = parent.keys
        return [
            "CAST(\(Self.literal(parent.table.quoted)) AS pg_catalog.regclass)", Self.literal(parent.column),
            Self.array(keys.map(\.column)), Self.array(keys.map(\.type)), Self.array(keys.map(\.reference)),
            Self.array(keys.map(\.equality)),
        ]
        .joined(separator: ", ")
    }

    private var name: String { Self.literal(counter.name.text) }

    private static func literal(_ text: String?) -> String {
        text.map(PostgresCounter.literal) ?? "NULL"
    }

    private static func script(_ statements: [String]) -> String {
        statements.map { $0 + ";" }.joined(separator: "\n")
    }
}
