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
    private static let purposes = ["inserted", "deleted", "updated", "truncated", "arrived", "settled"]

    /// The functions, which nobody else can put on a table of his own to forge numbers.
    var functionStatements: [String] {
        (counter.amount == nil ? [] : [Self.exactNumber]) + [
            changing("inserted", rows("added"), unless: single(of: "added")),
            changing("deleted", rows("removed", sign: "-"), unless: single(of: "removed", sign: "-")),
            changing(
                "updated",
                "\(rows("added")) UNION ALL \(rows("removed", sign: "-"))",
                unless: "IF \(counter.isUnmoved) THEN RETURN NEW; END IF;"
            ),
            function("truncated", truncated),
            function("arrived", isStable: true, arrived),
            function("settled", settled),
        ] + Self.purposes.map { "REVOKE ALL ON FUNCTION \(counter.function($0))() FROM PUBLIC" }
    }

    /// A trigger on the parent.
    func trigger(_ event: PostgresCounterTriggerSQL.Event, on table: String) -> String {
        let name = counter.trigger(event.rawValue)
        let keys = parent.keys.map(\.quoted).joined(separator: ", ")
        let moves = parent.keys.map { "OLD.\($0.quoted) IS DISTINCT FROM NEW.\($0.quoted)" }
            .joined(separator: " OR ")
        return switch event {
        case .parentInsert:
            "CREATE TRIGGER \(name) BEFORE INSERT ON \(table) FOR EACH ROW "
                + "EXECUTE FUNCTION \(counter.function("arrived"))()"
        case .parentUpdate:
            "CREATE TRIGGER \(name) BEFORE UPDATE OF \(keys) ON \(table) FOR EACH ROW WHEN (\(moves)) "
                + "EXECUTE FUNCTION \(counter.function("arrived"))()"
        case .settleInsert:
            // A parent that comes alone has no children yet: this costs nothing but where it may be otherwise.
            "CREATE CONSTRAINT TRIGGER \(name) AFTER INSERT ON \(table) DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
                + "WHEN (NEW.\(parent.quotedColumn) <> 0 OR pg_catalog.pg_trigger_depth() > 0) "
                + "EXECUTE FUNCTION \(counter.function("settled"))()"
        default:
            "CREATE CONSTRAINT TRIGGER \(name) AFTER UPDATE OF \(keys) ON \(table) DEFERRABLE INITIALLY DEFERRED "
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
        return "(SELECT \(total) FROM \(counter.table.quoted) WHERE \(place))"
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
    private func rows(_ table: String, sign: String = "") -> String {
        "SELECT \(namedKeys), \(sign)\(counter.step) AS n FROM \(table)\(place)"
    }

    /// Ends the trigger if the statement changed one row, by what costs a third of the longer way.
    ///
    /// Where it found no parent, there may be none, or a policy may hide it: the longer way tells.
    private func single(of table: String, sign: String = "") -> String {
        let isOne = (counter.filters + ["NOT EXISTS (SELECT FROM \(table) OFFSET 1)"]).joined(separator: " AND ")
        let change = "SELECT \(namedKeys), \(exact("\(sign)\(counter.step)")) AS n FROM \(table) WHERE \(isOne)"
        return """
            \(update(from: "(\(change)) c"));
              IF FOUND THEN RETURN NEW; END IF;
              IF NOT EXISTS (SELECT FROM \(table)) THEN RETURN NEW; END IF;
            """
    }

    /// Adds changes to the parents unless that has been done, or need not be.
    ///
    /// Names in it have their schema, operators too, so that no path need be set: whoever writes rows may have made
    /// others, and all this runs with its owner's rights. An update of no row calls the triggers of its table as well;
    /// if that is the counted one, they see that nothing was moved.
    private func changing(_ purpose: String, _ rows: String, unless isDone: String) -> String {
        let change = """
            SELECT \(columns), \(exact("pg_catalog.sum(n)")) AS n FROM (\(rows)) r
                GROUP BY \(columns) HAVING pg_catalog.sum(n) OPERATOR(pg_catalog.<>) 0
            """
        return """
            CREATE OR REPLACE FUNCTION \(counter.function(purpose))() RETURNS trigger
            LANGUAGE plpgsql \(counter.filtersSearchPath ? PostgresCounterReadSQL.pinned : "SECURITY DEFINER") AS $body$
            #variable_conflict use_column
            DECLARE
              settings text[];
            BEGIN
              \(isDone)
              settings := martlet.counter_settings(\(PostgresCounterSchemaSQL.settingsOfChanges));
              \(applying(change));
              PERFORM martlet.counter_settings(settings);
              RETURN NEW;
            END
            $body$
            """
    }

    /// Adds changes to the parents, which are locked in the order of their keys.
    ///
    /// It is one statement: who waits for a lock goes on with what the parent is by then, at READ COMMITTED. The lock
    /// is that of an update which leaves the key alone, so that foreign keys of other tables do not wait for it.
    private func applying(_ change: String) -> String {
        """
        WITH change AS MATERIALIZED (
            \(change)
          ), place AS MATERIALIZED (
            SELECT c.* FROM change c JOIN \(parent.table.quoted) p ON \(parent.matches(keysOfChange))
            ORDER BY \(parent.order) FOR NO KEY UPDATE OF p
          )
          \(update(from: "place c"))
        """
    }

    private func update(from changes: String) -> String {
        """
        UPDATE \(parent.table.quoted) p SET \(parent.quotedColumn) = p.\(parent.quotedColumn) OPERATOR(pg_catalog.+) c.n
          FROM \(changes) WHERE \(parent.matches(keysOfChange))
        """
    }

    /// TRUNCATE holds off all who write children: at READ COMMITTED all they did is seen.
    private var truncated: String {
        let emptied =
            counter.isPartitioned
            ? """
              EXECUTE \(literal(applying("SELECT \(namedKeys), -\(counter.total) AS n FROM \(Self.mark)\(place) "
                + "GROUP BY \(counter.keyGroups.joined(separator: ", "))"))
                .replacing(Self.mark, with: "' || TG_RELID::regclass || '"));
            """
            : """
              PERFORM FROM \(parent.table.quoted) p WHERE p.\(parent.quotedColumn) <> 0
              ORDER BY \(parent.order) FOR NO KEY UPDATE;
              UPDATE \(parent.table.quoted) p SET \(parent.quotedColumn) = 0 WHERE p.\(parent.quotedColumn) <> 0;
            """
        // The parents themselves go with their children.
        return """
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

    private func literal(_ sql: String) -> String {
        SQLLiteral(sql, dialect: .postgres).description
    }
}
