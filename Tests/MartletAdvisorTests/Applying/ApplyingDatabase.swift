import MartletCore
import MartletPostgres
import MartletSQLite
import MartletTesting
import Testing

/// A database of one test, with a table that has names to be quoted.
final class ApplyingDatabase: Sendable {
    let dialect: Dialect
    let engine: any Engine
    /// Keeps the SQLite file as long as this lives.
    private let file: TemporaryDatabase?

    static let postgresSchema = """
        CREATE SCHEMA "Sales Dept";
        CREATE TABLE "Sales Dept"."Order's" (id bigint PRIMARY KEY, "User Id" bigint, "e""mail" text,
          placed timestamptz, code text CONSTRAINT "code key" UNIQUE);
        INSERT INTO "Sales Dept"."Order's"
          SELECT n, n % 7, 'user' || n % 50, now(), 'c' || n FROM generate_series(1, 200) n;
        CREATE INDEX "Old Index" ON "Sales Dept"."Order's" (placed DESC, lower("e""mail")) WHERE "User Id" > 3;
        """

    static let sqliteSchema = """
        CREATE TABLE "Order's" (id integer PRIMARY KEY, "User Id" integer, "e""mail" text,
          placed text, code text UNIQUE);
        WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 200)
          INSERT INTO "Order's" SELECT n, n % 7, 'user' || (n % 50), '2024-01-01', 'c' || n FROM s;
        CREATE INDEX "Old Index" ON "Order's" (placed DESC, lower("e""mail")) WHERE "User Id" > 3;
        """

    init(_ dialect: Dialect) async throws {
        self.dialect = dialect
        switch dialect {
        case .sqlite:
            let file = try await TemporaryDatabase(script: Self.sqliteSchema)
            self.file = file
            engine = file.engine
        case .postgres:
            file = nil
            engine = try await Self.emptyDatabase()
            try await run(script: Self.postgresSchema)
        }
    }

    private static func emptyDatabase() async throws -> PostgresEngine {
        do {
            return try await PrivatePostgres.temporaryDatabase()
        } catch let error as PrivatePostgresError where error.code == .notInstalled {
            try Test.cancel("\(error)")
        }
    }

    var schema: String { dialect == .postgres ? "Sales Dept" : "main" }
    var table: QualifiedName { QualifiedName(schema: schema, name: "Order's") }
    var oldIndex: QualifiedName { QualifiedName(schema: schema, name: "Old Index") }

    func run(script: String) async throws {
        try await engine.withConnection(.readWrite) { try await $0.runScript(script) }
    }

    /// The definition of an index as the database prints it; nil if there is none, "invalid" if it is that.
    func definition(of index: String) async throws -> String? {
        let query: BoundStatement =
            dialect == .postgres
            ? """
            SELECT CASE WHEN i.indisvalid THEN pg_get_indexdef(i.indexrelid) ELSE 'invalid' END
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = \(index)::text
            """
            : "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = \(index)"
        return try await engine.withConnection(.readOnly) { connection in
            try await connection.run(query).first?.decode(String.self, at: 0)
        }
    }

    /// Names and definitions of all that is not the journal.
    func schemaText() async throws -> [String] {
        let query: BoundStatement =
            dialect == .postgres
            ? """
            SELECT pg_get_indexdef(indexrelid) || indisvalid::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname NOT IN ('martlet', 'pg_catalog', 'pg_toast', 'information_schema')
            UNION ALL SELECT c.oid::regclass::text || coalesce((SELECT string_agg(attname, ',' ORDER BY attnum)
              FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped), '')
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE relkind = 'r' AND n.nspname NOT IN ('martlet', 'pg_catalog', 'information_schema')
            ORDER BY 1
            """
            : """
            SELECT type || name || coalesce(sql, '') FROM sqlite_master
            WHERE tbl_name NOT LIKE 'martlet%' AND name NOT LIKE 'sqlite_stat%' ORDER BY 1
            """
        return try await engine.withConnection(.readOnly) { connection in
            try await connection.run(query).map { try $0.decode(String.self, at: 0) }
        }
    }

    /// What the database says of itself.
    func readCatalog() async throws -> Catalog {
        try await engine.withConnection(.readOnly) { try await $0.catalog() }
    }

    /// What a catalog would say, as far as the planner looks.
    var catalog: Catalog {
        let columns = ["id", "User Id", "e\"mail", "placed", "code"].map { Table.Column(name: $0, type: "text") }
        let constraints = [Constraint(name: "Order's_pkey", kind: .primaryKey, columns: ["id"])]
        return Catalog(
            dialect: dialect,
            version: dialect == .postgres ? "15.18" : "3.40.1",
            database: "test",
            sizeBytes: 0,
            tables: [Table(name: table, columns: columns, constraints: constraints)],
            readAt: Timestamp(microsecondsSince1970: 0)
        )
    }

    func index(_ name: String, isValid: Bool = true, constraint: String? = nil) async throws -> Index {
        let definition = try await definition(of: name)
        return Index(
            name: name,
            table: table,
            keys: [],
            constraint: constraint,
            isValid: isValid,
            definition: definition
        )
    }
}
