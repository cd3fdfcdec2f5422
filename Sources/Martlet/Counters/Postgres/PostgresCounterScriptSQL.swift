import MartletCore

/// What the commands do to one counter, as scripts that psql runs as they stand.
///
/// What goes in batches is a loop in PL/pgSQL that commits after each. Values that a method binds are its variables.
struct PostgresCounterScriptSQL: Sendable {
    let counter: PostgresCounter
    let plan: PostgresCounterPlanSQL

    init(counter: PostgresCounter, plan: PostgresCounterPlanSQL) {
        self.counter = counter
        self.plan = plan
    }

    init(record: PostgresCounterRecord) {
        self.init(counter: record.counter, plan: PostgresCounterPlanSQL(record: record))
    }

    /// How a transaction is that waits for one lock at most so long.
    static func patient(_ statements: [String], milliseconds: Int) -> [String] {
        ["BEGIN;", "SET LOCAL lock_timeout = '\(milliseconds)ms';"] + statements.map { $0 + ";" } + ["COMMIT;"]
    }

    /// Makes the numbers right in one snapshot, or those of a parent a batch at a time.
    var initialisation: [String] {
        if let sql = counter.ofParent {
            return filling(sql, batchSize: BackfillOptions().batchSize, onlyMissing: false)
        }
        let repair = PostgresCounterRepairSQL(counter: counter)
        return alone(
            inSnapshot(
                [repair.lock] + PostgresCounterRepairSQL.setting + [
                    "DO $martlet$ BEGIN\n\(refusal)\nEND $martlet$", repair.correction, plan.initialised,
                ]
            )
        )
    }

    /// Fills a batch of keys at a time; `isOrdered` is whether an index has the rows in the order of the keys.
    func backfill(_ options: BackfillOptions, isOrdered: Bool) -> [String] {
        if let sql = counter.ofParent {
            return filling(sql, batchSize: options.batchSize, onlyMissing: options.skipsExisting)
        }
        guard isOrdered else { return initialisation }
        let sql = PostgresCounterBackfillSQL(counter: counter, bounds: Self.bounds)
        return inBatches(
            isolation: "REPEATABLE READ",
            declaring: "martlet_done record;",
            step: """
                martlet_last := (\(sql.end(batchSize: options.batchSize, isFirst: false)));
                \(sql.batch(isFirst: false, isLast: false)) INTO martlet_done;
                EXIT WHEN martlet_last IS NULL;
                """,
            end: "\(sql.rest) INTO martlet_done;"
        )
    }

    /// Compares in one snapshot.
    var verification: [String] {
        let repair = PostgresCounterRepairSQL(counter: counter)
        return inSnapshot(
            [repair.lock] + PostgresCounterRepairSQL.setting + [
                PostgresCounterGapsSQL(counter: counter).gaps,
                counter.ofParent?.verification(differencesMax: CounterVerification.differencesMax)
                    ?? repair.verification(differencesMax: CounterVerification.differencesMax),
            ]
        )
    }

    /// Folds each key that has more than one delta, and then those with a NULL.
    var folding: [String] {
        guard counter.parent == nil else { return ["-- a column of a parent has nothing to fold"] }
        let sql = PostgresCounterFoldingSQL(counter: counter)
        let values = counter.slotTypes.enumerated().map { "CAST(martlet_key.key[\($0 + 1)] AS \($1))" }
        return [
            "SET martlet.fold_closely = 'on';",
            "SET default_transaction_isolation = 'read committed';",
            """
            DO $martlet$
            #variable_conflict use_column
            DECLARE
              martlet_key record;
              martlet_removed bigint;
            BEGIN
              FOR martlet_key IN \(sql.keys(isFirst: true, limit: nil)) LOOP
                FOR martlet_turn IN 1 .. 1 + martlet_key.deltas / \(PostgresCounterFoldingSQL.rowsMax) LOOP
                  PERFORM \(sql.lock.dropFirst("SELECT ".count));
                  PERFORM \(counter.function("fold"))(\(values.joined(separator: ", ")));
                  PERFORM \(sql.unlock.dropFirst("SELECT ".count));
                  COMMIT;
                END LOOP;
              END LOOP;
              LOOP
                \(sql.foldNulls) INTO martlet_removed;
                COMMIT;
                EXIT WHEN martlet_removed = 0;
              END LOOP;
            END $martlet$;
            """,
            "RESET martlet.fold_closely;",
            "RESET default_transaction_isolation;",
        ]
    }

    // MARK: Parts

    /// Where the batches begin and end.
    private static let bounds = (after: "martlet_after", last: "martlet_last")

    /// Ends a script while a trigger is missing.
    private var refusal: String {
        """
        IF EXISTS (SELECT FROM (\(PostgresCounterGapsSQL(counter: counter).gaps)) g
          WHERE g.gap IN (\(PostgresCounterGap.Kind.countingWrong.map { "'\($0)'" }.joined(separator: ", ")))) THEN
          RAISE EXCEPTION 'triggers of the counter \(counter.name) are not as they must be: add it again';
        END IF;
        """
    }

    /// One who repairs a counter at a time.
    private func alone(_ statements: [String]) -> [String] {
        let keys = "\(PostgresCounterStore.repairLock), pg_catalog.hashtext('\(counter.name)')"
        return ["SELECT pg_catalog.pg_advisory_lock(\(keys));"] + statements
            + ["SELECT pg_catalog.pg_advisory_unlock(\(keys));"]
    }

    private func inSnapshot(_ statements: [String]) -> [String] {
        ["BEGIN ISOLATION LEVEL REPEATABLE READ;"] + statements.map { $0 + ";" } + ["COMMIT;"]
    }

    /// The numbers of all parents, a batch at a time.
    private func filling(_ sql: PostgresParentFillSQL, batchSize: Int, onlyMissing: Bool) -> [String] {
        var sql = sql
        sql.bounds = Self.bounds
        return inBatches(
            isolation: "READ COMMITTED",
            step: """
                martlet_last := (SELECT b."end" FROM (\(sql.end(batchSize: batchSize, isFirst: false))) b);
                EXIT WHEN martlet_last IS NULL;
                PERFORM * FROM (\(sql.lock(isFirst: false, onlyMissing: onlyMissing))) l;
                \(sql.fill(isFirst: false, onlyMissing: onlyMissing));
                """
        )
    }

    /// Takes a step for each batch, in a transaction of its own, and says at the end that all is counted.
    ///
    /// A step sets `martlet_last` to the last key of the batch behind `martlet_after`, and leaves the loop behind the
    /// last batch.
    private func inBatches(isolation: String, declaring: String = "", step: String, end: String = "") -> [String] {
        alone([
            """
            DO $martlet$
            #variable_conflict use_column
            DECLARE
              martlet_after text[];
              martlet_last text[];
              \(declaring)
            BEGIN
              LOOP
                COMMIT;
                SET TRANSACTION ISOLATION LEVEL \(isolation);
                \(PostgresCounterRepairSQL(counter: counter).lock);
                PERFORM \(PostgresCounterRepairSQL.settingCalls);
            \(refusal)
                \(step)
                martlet_after := martlet_last;
              END LOOP;
              \(end)
              \(plan.initialised);
              COMMIT;
            END $martlet$;
            """
        ])
    }
}
