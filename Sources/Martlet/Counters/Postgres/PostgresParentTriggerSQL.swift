import MartletCore

/// What keeps the numbers of one counter in a column of a parent: the functions of its triggers, and those triggers
/// that are the parent's.
///
/// Whoever changes children locks their parents, even where the column is NULL and stays so. So whoever holds the lock
/// of a parent and then looks sees all changes of its children that are in its number, and no other.
struct PostgresParentTriggerSQL: Sendable {
    let counter: PostgresCounter
    let parent: PostgresCounterParent

    /// Sums are of a type that refuses what cannot be taken away again: NaN less NaN is NaN.
    private static let exactNumber = """
        DO $body$ BEGIN
          CREATE DOMAIN martlet.exact_number AS numeric
            CONSTRAINT exact_number_check CHECK (VALUE NOT IN ('NaN', 'Infinity', '-Infinity'));
        EXCEPTION WHEN duplicate_object THEN NULL; END $body$
        """
    private static let purposes = PostgresCounter.changeFunctions + PostgresCounter.parentFunctions

    /// The functions, which nobody else can put on a table of his own to forge numbers.
    var functionStatements: [String] {
        (counter.amount == nil ? [] : [Self.exactNumber]) + [
            changing("inserted", by: single(of: "added"), else: rows("added")),
            changing("deleted", by: single(of: "removed", isAdded: false), else: rows("removed", isAdded: false)),
            changing(
                "updated",
                by: "IF \(counter.isUnmoved) THEN RETURN NEW; END IF;",
                else: "\(rows("added")) UNION ALL \(rows("removed", isAdded: false))"
            ),
            function("truncated", truncated),
            function("arrived", isStable: true, arrived),
            function("settled", settled),
        ] + Self.purposes.map { "REVOKE ALL ON FUNCTION \(counter.function($0))() FROM PUBLIC" }
    }

    /// A trigger on the parent.
    func trigger(_ event: PostgresCounterTriggerSQL.Event, on table: String) -> String {
        let name = counter.trigger(event.rawValue)
        let moves = parent.keys.map { "OLD.\($0.quoted) IS DISTINCT FROM NEW.\($0.quoted)" }
            .joined(separator: " OR ")
        return switch event {
        case .parentInsert:
            "CREATE TRIGGER \(name) BEFORE INSERT ON \(table) FOR EACH ROW "
                + "EXECUTE FUNCTION \(counter.function("arrived"))()"
        case .parentUpdate:
            "CREATE TRIGGER \(name) BEFORE UPDATE ON \(table) FOR EACH ROW WHEN (\(moves)) "
                + "EXECUTE FUNCTION \(counter.function("arrived"))()"
        case .settleInsert:
            // A parent that comes alone has no children yet: this costs nothing but where it may be otherwise.
            "CREATE CONSTRAINT TRIGGER \(name) AFTER INSERT ON \(table) DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
                + "WHEN (NEW.\(parent.quotedColumn) <> 0 OR pg_catalog.pg_trigger_depth() > 0) "
                + "EXECUTE FUNCTION \(counter.function("settled"))()"
        default:
            // Whatever columns the statement sets: a trigger of the parent may set its key.
            "CREATE CONSTRAINT TRIGGER \(name) AFTER UPDATE ON \(table) DEFERRABLE INITIALLY DEFERRED "
                + "FOR EACH ROW WHEN (\(moves)) EXECUTE FUNCTION \(counter.function("settled"))()"
        }
    }

    /// Takes away the functions.
    var removal: [String] {
        Self.purposes.map { "DROP FUNCTION IF EXISTS \(counter.function($0))()" }
    }

    /// How many children a parent has, counted; what the parent is called is part of the caller's statement.
    func truth(of row: String) -> String {
        let place = (counter.filters + [parent.matches(counter.keyExpressions, parent: row)])
            .joined(separator: " AND ")
        return "(SELECT \(total) FROM \(counter.table.quoted) AS martlet_child WHERE \(place))"
    }

    // MARK: Texts

    private var columns: String { counter.slotColumns.joined(separator: ", ") }
    private var namedKeys: String {
        zip(counter.keyExpressions, counter.slotColumns).map { "\($0) AS \($1)" }.joined(separator: ", ")
    }
    private var place: String { counter.whereClause }
    private var isOwn: Bool { parent.table == counter.table }
    private var keysOfChange: [String] { counter.slotColumns.map { "c.\($0)" } }

    private var total: String {
        counter.amount.map { "coalesce(CAST(sum(\($0)) AS martlet.exact_number), 0)" } ?? "count(*)"
    }

    /// A number as a change of a parent.
    private func exact(_ number: String) -> String {
        counter.amount == nil ? number : "CAST(\(number) AS martlet.exact_number)"
    }

    /// The rows of a transition table as changes.
    private func rows(_ table: String, isAdded: Bool = true) -> String {
        "SELECT \(namedKeys), \(isAdded ? counter.step : counter.negativeStep) AS n FROM \(table)\(place)"
    }

    /// Ends the trigger if the statement changed one row or none that counts, as most do.
    ///
    /// With none, the parents must not be touched: a trigger of theirs that writes children, if only none, would be
    /// called by what it does for ever.
    private func single(of table: String, isAdded: Bool = true) -> String {
        let step = exact(isAdded ? counter.step : counter.negativeStep)
        return """
            taken := (SELECT pg_catalog.count(*) FROM (SELECT FROM \(table)\(place) LIMIT 2) r);
              IF taken OPERATOR(pg_catalog.=) 0::bigint THEN RETURN NEW; END IF;
              IF taken OPERATOR(pg_catalog.=) 1::bigint THEN
                \(update) FROM (SELECT \(namedKeys), \(step) AS n FROM \(table)\(place)) c
                WHERE \(parent.matches(keysOfChange));
                IF NOT FOUND THEN \(hiding) END IF;
                RETURN NEW;
              END IF;
            """
    }

    /// Adds changes to the parents, in the order of their keys; those of one row go the short way.
    ///
    /// Each parent is changed by its key: one statement for all would be planned once for a session, perhaps while the
    /// tables are small. The update leaves the key alone, so that foreign keys of other tables do not wait for it.
    ///
    /// Names have their schema, operators and types too, so that no path need be set: whoever writes rows may have made
    /// others, and all this runs with its owner's rights, while the triggers of the parent expect their own path.
    private func changing(_ purpose: String, by short: String, else rows: String) -> String {
        """
        CREATE OR REPLACE FUNCTION \(counter.function(purpose))() RETURNS trigger
        LANGUAGE plpgsql \(counter.filtersSearchPath ? PostgresCounterReadSQL.pinned : "SECURITY DEFINER") AS $body$
        #variable_conflict use_column
        DECLARE
          taken bigint;
          c pg_catalog.record;
        BEGIN
          \(short)
          FOR c IN
            SELECT \(columns), \(exact("pg_catalog.sum(n)")) AS n FROM (\(rows)) r
            GROUP BY \(columns) HAVING pg_catalog.sum(n) OPERATOR(pg_catalog.<>) 0 ORDER BY \(columns)
          LOOP
            \(update) WHERE \(parent.matches(keysOfChange));
            IF NOT FOUND THEN \(hiding) END IF;
          END LOOP;
          RETURN NEW;
        END
        $body$
        """
    }

    private var update: String {
        "UPDATE \(parent.table.quoted) p "
            + "SET \(parent.quotedColumn) = p.\(parent.quotedColumn) OPERATOR(pg_catalog.+) c.n"
    }

    /// Where no parent was found there may be none, as in a cascade, or a policy may hide it: then it fails.
    private var hiding: String {
        """
        IF pg_catalog.row_security_active(\(PostgresCounter.relation(parent.table))) THEN
          RAISE EXCEPTION 'row level security of % may hide a parent from %, who keeps its number',
            \(PostgresCounter.literal("\(parent.table)")), current_user USING ERRCODE = 'insufficient_privilege';
        END IF;
        """
    }

    /// TRUNCATE holds off all who write children: at READ COMMITTED all they did is seen.
    private var truncated: String {
        let groups = counter.keyGroups.joined(separator: ", ")
        let counted =
            "SELECT \(namedKeys), -\(counter.total) AS n FROM \(Self.mark)\(place) "
            + "GROUP BY \(groups) ORDER BY \(groups)"
        let partition = PostgresCounter.literal(counted).replacing(Self.mark, with: "' || TG_RELID::regclass || '")
        let emptied =
            counter.isPartitioned
            ? """
              FOR c IN EXECUTE \(partition) LOOP
                \(update) WHERE \(parent.matches(keysOfChange));
                IF NOT FOUND THEN \(hiding) END IF;
              END LOOP;
            """
            : """
              PERFORM FROM \(parent.table.quoted) p WHERE p.\(parent.quotedColumn) <> 0
              ORDER BY \(parent.order) FOR NO KEY UPDATE;
              UPDATE \(parent.table.quoted) p SET \(parent.quotedColumn) = 0 WHERE p.\(parent.quotedColumn) <> 0;
            """
        // The parents themselves go with their children.
        return """
            DECLARE
              c pg_catalog.record;
            BEGIN
              IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
                RAISE EXCEPTION 'TRUNCATE of % cannot be counted at isolation level %: rows may have come since the '
                  'snapshot was taken; use READ COMMITTED, or DELETE', TG_RELID::regclass,
                  current_setting('transaction_isolation')
                  USING ERRCODE = '\(PostgresCounterSchemaSQL.State.unsupportedTransaction)';
              END IF;
            \(isOwn ? "" : emptied)
              RETURN NULL;
            END
            """
    }

    /// Stands where a name is put into a text at run time; no name of a catalog has it.
    private static let mark = "\u{1}"

    /// Gives a parent that is new, or has a new key, what it has by then.
    ///
    /// It is STABLE, and so sees nothing of the statement around it: what that does to children is added when it ends.
    private var arrived: String {
        """
        BEGIN
          NEW.\(parent.quotedColumn) := \(truth(of: "NEW"));
          RETURN NEW;
        END
        """
    }

    /// Counts such a parent once more when its transaction ends.
    ///
    /// Children that were changed by the same statement, in a function or a cascade, may have been counted twice. At
    /// higher levels a child that another has removed since the snapshot fails the transaction, by its lock.
    private var settled: String {
        """
        BEGIN
          PERFORM FROM \(parent.table.quoted) p WHERE \(parent.isSame(as: "NEW")) FOR NO KEY UPDATE;
          IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
            PERFORM FROM \(counter.table.quoted)
            WHERE \(parent.matches(counter.keyExpressions, parent: "NEW")) FOR KEY SHARE;
          END IF;
          UPDATE \(parent.table.quoted) p SET \(parent.quotedColumn) = \(truth(of: "p"))
          WHERE \(parent.isSame(as: "NEW")) AND p.\(parent.quotedColumn) <> \(truth(of: "p"));
          RETURN NULL;
        END
        """
    }

    /// Plans are made once for a session, perhaps while the tables are small: they must go by the indexes.
    private func function(_ purpose: String, isStable: Bool = false, _ body: String) -> String {
        """
        CREATE OR REPLACE FUNCTION \(counter.function(purpose))() RETURNS trigger
        LANGUAGE plpgsql \(isStable ? "STABLE " : "")\(PostgresCounterReadSQL.pinned) SET row_security = off
        SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $body$
        #variable_conflict use_column
        \(body)
        $body$
        """
    }
}
