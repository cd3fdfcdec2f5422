import MartletCore

/// Asks a database about one index: whether it is there, whole, and the one that was meant.
struct IndexInspector: Sendable {
    let connection: any Connection

    /// What the database says of the index; nil if there is none of that name.
    ///
    /// One or two round trips.
    func state(of index: QualifiedName) async throws -> IndexState? {
        connection.dialect == .postgres ? try await postgresState(of: index) : try await sqliteState(of: index)
    }

    /// Whether the index that is there is the one that the statement would create.
    ///
    /// PostgreSQL answers itself: the statement runs on an empty temporary copy of the table's columns, and the two
    /// definitions are compared as the catalog holds them. SQLite keeps the text of a definition, which is compared
    /// word by word.
    func isSame(
        _ found: IndexState,
        named index: QualifiedName,
        as statement: IndexStatement,
        inTransaction: Bool
    ) async throws -> Bool {
        guard connection.dialect == .postgres else {
            return IndexStatement(found.definition, dialect: .sqlite)?.isSame(as: statement) ?? false
        }
        let schemaFits = statement.table.count == 1 || statement.table.first == found.table.schema
        guard statement.table.last == found.table.name, schemaFits else { return false }
        do {
            if inTransaction {
                return try await connection.savepoint("martlet_probe") { try await probe($0, index, found, statement) }
            }
            return try await connection.transaction { try await probe($0, index, found, statement) }
        } catch let error as EngineError
            where [.undefinedObject, .syntaxError, .invalidValue, .other].contains(error.code)
        {
            // The statement does not fit the table any more: what is there cannot have come from it.
            return false
        }
    }

    private func sqliteState(of index: QualifiedName) async throws -> IndexState? {
        let rows = try await connection.run(
            """
            SELECT tbl_name, sql FROM sqlite_master WHERE type = 'index' AND lower(name) = lower(\(index.name))
            """
        )
        guard let row = rows.first else { return nil }
        let definition = try row.decode(String?.self, "sql")
        return IndexState(
            table: QualifiedName(schema: index.schema, name: try row.decode(String.self, "tbl_name")),
            isValid: true,
            definition: definition ?? "an automatic index of a constraint",
            constraint: definition == nil ? "of a unique or primary key" : nil
        )
    }

    private func postgresState(of index: QualifiedName) async throws -> IndexState? {
        let rows = try await connection.run(
            """
            SELECT tn.nspname::text AS table_schema, t.relname::text AS table_name,
              i.indisvalid AND i.indisready AND i.indislive AS valid,
              pg_catalog.pg_get_indexdef(i.indexrelid) AS definition,
              (SELECT k.conname::text FROM pg_catalog.pg_constraint k
               WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x') LIMIT 1) AS constraint_name,
              (SELECT p.pid FROM pg_catalog.pg_stat_progress_create_index p
               WHERE p.index_relid = i.indexrelid AND NOT i.indisvalid LIMIT 1) AS builder
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
            JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
            WHERE n.nspname = \(index.schema)::text AND c.relname = \(index.name)::text
            """
        )
        guard let row = rows.first else { return nil }
        return IndexState(
            table: QualifiedName(
                schema: try row.decode(String.self, "table_schema"),
                name: try row.decode(String.self, "table_name")
            ),
            isValid: try row.decode(Bool.self, "valid"),
            definition: try row.decode(String.self, "definition"),
            constraint: try row.decode(String?.self, "constraint_name"),
            builder: try row.decode(Int?.self, "builder")
        )
    }

    /// Invalid copies that an interrupted REINDEX CONCURRENTLY of this index left on its table.
    func leftovers(of index: QualifiedName) async throws -> [QualifiedName] {
        guard connection.dialect == .postgres else { return [] }
        let rows = try await connection.run(
            """
            SELECT c.relname::text AS name
            FROM pg_catalog.pg_index o
            JOIN pg_catalog.pg_class oc ON oc.oid = o.indexrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = oc.relnamespace
            JOIN pg_catalog.pg_index i ON i.indrelid = o.indrelid AND NOT i.indisvalid
            JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            WHERE n.nspname = \(index.schema)::text AND oc.relname = \(index.name)::text
              AND starts_with(c.relname::text, \(index.name)::text || '_cc')
              AND substr(c.relname::text, length(\(index.name)::text) + 1) ~ '^_cc(new|old)[0-9]*$'
            ORDER BY 1
            """
        )
        return try rows.map { QualifiedName(schema: index.schema, name: try $0.decode(String.self, "name")) }
    }

    private func probe(
        _ connection: any Connection,
        _ index: QualifiedName,
        _ found: IndexState,
        _ statement: IndexStatement
    ) async throws -> Bool {
        try await connection.run("CREATE TEMPORARY TABLE martlet_probe (LIKE \(found.table)) ON COMMIT DROP")
        var created = statement
        created.isOnly = false
        let sql = created.sql(name: "martlet_probe_index", table: "pg_temp.martlet_probe")
        try await connection.run("\(unsafeSQL: sql)")
        let literal = SQLLiteral(index.quoted, dialect: .postgres).description
        let rows = try await connection.run(
            """
            SELECT count(*) = 2 AND count(DISTINCT s.shape) = 1 AS same FROM (
              SELECT jsonb_build_array(
                c.relam::text, i.indisunique, i.indnkeyatts, i.indoption::text, i.indclass::text,
                i.indcollation::text, to_jsonb(i) -> 'indnullsnotdistinct', to_jsonb(c.reloptions),
                pg_get_expr(i.indpred, i.indrelid),
                ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, false) FROM generate_series(1, i.indnatts) k)
              )::text AS shape
              FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
              WHERE i.indexrelid IN (
                \(unsafeSQL: literal)::regclass, 'pg_temp.martlet_probe_index'::regclass
              )
            ) s
            """
        )
        try await connection.run("DROP TABLE pg_temp.martlet_probe")
        return try rows.first?.decode(Bool.self, "same") ?? false
    }
}
