import MartletCore

/// Finds out whether a column of a parent can keep the numbers of a counter.
///
/// It runs where `PostgresCounterInspector` does, and after it.
struct PostgresParentInspector: Sendable {
    let connection: any Connection
    let definition: CounterDefinition
    let wanted: CounterDefinition.Parent

    func resolve(_ counter: PostgresCounter) async throws -> PostgresCounterParent {
        guard !counter.keys.isEmpty else {
            throw refusal("say with --by which column of \(counter.table) refers to a row of \(wanted.table)")
        }
        try await checkTable(counter)
        let keys = try await keys()
        try await checkColumn(counter, keys: keys)
        try await checkIndex(counter)
        return PostgresCounterParent(table: wanted.table, column: wanted.column, keys: keys)
    }

    private func refusal(
        _ reason: String,
        _ code: CounterError.Code = .invalidDefinition
    ) -> CounterError {
        CounterError(
            code,
            "keep the number of \(definition.table) in \(wanted.table).\(wanted.column): \(reason)"
        )
    }

    private func checkTable(_ counter: PostgresCounter) async throws {
        let rows = try await connection.run(
            """
            SELECT c.relkind::text AS kind, c.relpersistence::text AS persistence,
              EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)) AS inherits,
              n.nspname IN ('pg_catalog', 'information_schema', 'pg_toast', 'martlet') AS is_system,
              pg_catalog.row_security_active(c.oid)
                OR pg_catalog.row_security_active(\(counter.table.quoted)::text::pg_catalog.regclass) AS hides_rows
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = \(wanted.table.schema) AND c.relname = \(wanted.table.name)
            """
        )
        guard let row = rows.first else {
            throw refusal("there is no table \(wanted.table); names are taken as the catalog has them, with their case")
        }
        let kind = try row.decode(String.self, "kind")
        if kind == "p" {
            throw refusal(
                "\(wanted.table) is partitioned, and at REPEATABLE READ a row may refer to a parent there that its "
                    + "writer cannot update; leave --into out, and read martlet.count",
                .unsupportedTable
            )
        }
        if try kind != "r" || row.decode(Bool.self, "is_system") || row.decode(Bool.self, "inherits") {
            throw refusal("\(wanted.table) is not a plain table of its own", .unsupportedTable)
        }
        let persistence = try row.decode(String.self, "persistence")
        if persistence == "t" || counter.isUnlogged && persistence != "u" {
            throw refusal("after a crash it would keep the number of rows that are lost", .unsupportedTable)
        }
        if try row.decode(Bool.self, "hides_rows") {
            throw refusal(
                "row level security hides rows from the role that installs it; install it as one that sees all",
                .unsupportedTable
            )
        }
    }

    /// The foreign key by which the key columns refer to the parent: by it a child has a parent that can be locked.
    private func keys() async throws -> [PostgresCounterParent.Key] {
        let rows = try await connection.run(
            """
            SELECT f.convalidated AND NOT f.condeferrable AS is_strict, pa.attname AS name,
              n.nspname AS type_schema, t.typname AS type_name,
              \(unsafeSQL: Self.operatorText("conpfeqop")) AS reference,
              \(unsafeSQL: Self.operatorText("conppeqop")) AS equality
            FROM pg_catalog.pg_constraint f
            CROSS JOIN unnest(\(definition.keyColumns)::text[]) WITH ORDINALITY k(name, i)
            JOIN pg_catalog.pg_attribute ca ON ca.attrelid = f.conrelid AND ca.attname = k.name
            JOIN pg_catalog.pg_attribute pa ON pa.attrelid = f.confrelid
              AND pa.attnum = f.confkey[array_position(f.conkey, ca.attnum)]
            JOIN pg_catalog.pg_type t ON t.oid = pa.atttypid
            JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            WHERE f.contype = 'f' AND cardinality(f.conkey) = \(definition.keyColumns.count)::int
              AND f.conkey @> ARRAY(SELECT a.attnum FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = f.conrelid AND a.attname = ANY(\(definition.keyColumns)::text[]))
              AND f.conrelid = \(definition.table.quoted)::text::pg_catalog.regclass
              AND f.confrelid = \(wanted.table.quoted)::text::pg_catalog.regclass
            ORDER BY 1 DESC, f.oid, k.i
            """
        )
        let columns = definition.keyColumns.map { Identifier($0).quoted }.joined(separator: ", ")
        guard rows.count >= definition.keyColumns.count else {
            throw refusal(
                "no foreign key of \(definition.table) on (\(columns)) refers to \(wanted.table), so that a row may "
                    + "come before its parent and be missed; add one first"
            )
        }
        guard try rows[0].decode(Bool.self, "is_strict") else {
            throw refusal(
                "the foreign key on (\(columns)) is deferrable or not validated, so that a row may come before its "
                    + "parent and be missed; ALTER TABLE … ALTER CONSTRAINT … NOT DEFERRABLE, VALIDATE CONSTRAINT"
            )
        }
        return try rows.prefix(definition.keyColumns.count)
            .map { row in
                PostgresCounterParent.Key(
                    column: try row.decode(String.self, "name"),
                    type: QualifiedName(
                        schema: try row.decode(String.self, "type_schema"),
                        name: try row.decode(String.self, "type_name")
                    )
                    .quoted,
                    reference: try row.decode(String.self, "reference"),
                    equality: try row.decode(String.self, "equality")
                )
            }
    }

    private static func operatorText(_ column: String) -> String {
        """
        (SELECT format('OPERATOR(%I.%s)', s.nspname, o.oprname) FROM pg_catalog.pg_operator o
          JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace
          WHERE o.oid = f.\(column)[array_position(f.conkey, ca.attnum)])
        """
    }

    private func checkColumn(_ counter: PostgresCounter, keys: [PostgresCounterParent.Key]) async throws {
        let rows = try await connection.run(
            """
            SELECT pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, a.atttypid = 1700 AS is_numeric,
              a.atttypid IN (20, 21, 23) AS is_integer, a.attgenerated <> '' OR a.attidentity <> '' AS is_generated,
              CASE WHEN a.atttypmod > 0 THEN \(unsafeSQL: Self.scale("a")) END AS scale
            FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = \(wanted.table.quoted)::text::pg_catalog.regclass AND a.attname = \(wanted.column)
              AND a.attnum > 0 AND NOT a.attisdropped
            """
        )
        guard let row = rows.first else {
            throw refusal(
                "there is no such column; ALTER TABLE \(wanted.table.quoted) "
                    + "ADD COLUMN \(Identifier(wanted.column).quoted) \(counter.amount == nil ? "bigint" : "numeric")"
            )
        }
        let type = try row.decode(String.self, "type")
        let isNumeric = try row.decode(Bool.self, "is_numeric")
        guard try isNumeric || row.decode(Bool.self, "is_integer") else {
            throw refusal("the column is of type \(type); it must be an integer type or numeric")
        }
        if try row.decode(Bool.self, "is_generated") { throw refusal("the column is generated, and cannot be set") }
        if keys.contains(where: { $0.column == wanted.column }) {
            throw refusal("the column is a key of \(wanted.table)")
        }
        guard counter.amount != nil else { return }
        let amount =
            try await
            connection.run(
                """
                SELECT a.atttypid = 1700 AS is_numeric,
                  CASE WHEN a.atttypmod > 0 THEN \(unsafeSQL: Self.scale("a")) END AS scale
                FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = 'pg_temp.martlet_probe_amount'::pg_catalog.regclass AND a.attnum = 1
                """
            )[0]
        guard try amount.decode(Bool.self, "is_numeric") else { return }
        let kept = try row.decode(Int?.self, "scale")
        let added = try amount.decode(Int?.self, "scale")
        guard isNumeric, kept == nil || added.map({ $0 <= (kept ?? $0) }) == true else {
            throw refusal("the column is of type \(type), which would round the sum; make it numeric")
        }
    }

    /// The scale in the modifier of numeric, which may be negative.
    private static func scale(_ row: String) -> String { "(((\(row).atttypmod - 4) & 2047) # 1024) - 1024" }

    /// Each new parent, and each that is filled, looks its children up.
    private func checkIndex(_ counter: PostgresCounter) async throws {
        let columns = definition.keyColumns
        let hasIndex =
            try await
            connection.run(
                """
                SELECT EXISTS (
                  SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
                  JOIN pg_catalog.pg_am m ON m.oid = c.relam
                  WHERE i.indrelid = \(definition.table.quoted)::text::pg_catalog.regclass AND i.indisvalid
                    AND m.amname IN ('btree', 'hash')
                    AND (i.indpred IS NULL OR pg_catalog.pg_get_expr(i.indpred, i.indrelid) = \(counter.condition ?? ""))
                    AND \(columns)::text[] <@ ARRAY(
                      SELECT a.attname::text FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY k(n, i)
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n
                      WHERE k.i <= \(columns.count)::int))
                """
            )[0]
            .decode(Bool.self, at: 0)
        guard hasIndex else {
            let list = columns.map { Identifier($0).quoted }.joined(separator: ", ")
            throw refusal(
                "each new row of \(wanted.table) would read all of \(definition.table); "
                    + "CREATE INDEX CONCURRENTLY ON \(definition.table.quoted) (\(list)) first"
            )
        }
    }
}
