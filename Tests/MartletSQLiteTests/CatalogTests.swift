import Foundation
import MartletCore
import MartletTesting
import Testing

@testable import MartletSQLite

@Suite("Catalogs of SQLite")
struct CatalogTests {
    private func table(_ name: String, _ script: String) async throws -> Table {
        let file = try await TemporaryDatabase(script: script)
        let catalog = try await file.engine.withConnection(.readOnly) { try await $0.catalog() }
        return try #require(catalog.table(QualifiedName(schema: "main", name: name)))
    }

    @Test("tells the row number from a primary key with an index of its own")
    func primaryKeys() async throws {
        let script = """
            CREATE TABLE rowid_key (id INTEGER PRIMARY KEY, v);
            CREATE TABLE text_key (id TEXT PRIMARY KEY, v);
            CREATE TABLE no_rowid (a INT, b TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID;
            CREATE TABLE none (a INT);
            """
        let numbered = try await table("rowid_key", script)
        #expect(numbered.indexes.isEmpty)
        #expect(numbered.primaryKeyColumns == ["id"])
        #expect(numbered.columns.map(\.isNullable) == [false, true])
        let text = try await table("text_key", script)
        #expect(text.indexes.map(\.name) == ["sqlite_autoindex_text_key_1"])
        #expect(text.indexes[0].isPrimary && text.indexes[0].definition == nil && text.indexes[0].constraint != nil)
        #expect(text.columns[0].isNullable)
        let without = try await table("no_rowid", script)
        #expect(without.isWithoutRowID && without.primaryKeyColumns == ["b", "a"])
        #expect(without.columns.map(\.isNullable) == [false, false])
        #expect(without.indexes[0].keys.map(\.text) == ["b", "a"])
        let none = try await table("none", script)
        #expect(none.primaryKeyColumns.isEmpty && none.constraints.isEmpty)
    }

    @Test("names a collation only where it is not the column's own")
    func collations() async throws {
        let found = try await table(
            "t",
            """
            CREATE TABLE t (a TEXT COLLATE NOCASE, b TEXT);
            CREATE INDEX i ON t (a, b, a COLLATE BINARY, b COLLATE NOCASE DESC, lower(b) COLLATE RTRIM);
            """
        )
        let keys = found.indexes[0].keys
        #expect(keys.map(\.text) == ["a", "b", "a", "b", "lower(b)"])
        #expect(keys.map(\.collation) == [nil, nil, "BINARY", "NOCASE", "RTRIM"])
        #expect(keys.map(\.isDescending) == [false, false, false, true, false])
    }

    @Test("reads foreign keys of several columns, and those to a primary key that they do not name")
    func foreignKeys() async throws {
        let found = try await table(
            "Child",
            """
            CREATE TABLE Parent (A INT, B INT, PRIMARY KEY (A, B));
            CREATE TABLE Child (x INT, y INT, z INT REFERENCES missing (id) ON DELETE SET NULL,
                FOREIGN KEY (X, Y) REFERENCES pArEnT,
                FOREIGN KEY (y, x) REFERENCES parent (a, b) ON DELETE SET DEFAULT);
            """
        )
        let keys = found.constraints.map { constraint in
            guard case .foreignKey(let table, let columns, let action) = constraint.kind else { return "?" }
            return "\(constraint.columns) \(table) \(columns) \(action)"
        }
        #expect(
            keys == [
                #"["z"] missing ["id"] setNull"#, #"["x", "y"] Parent ["A", "B"] restrict"#,
                #"["y", "x"] Parent ["A", "B"] setDefault"#,
            ]
        )
    }

    @Test("takes rows and distinct values from ANALYZE, and counts rows where there is none")
    func statistics() async throws {
        let fill = """
            CREATE TABLE t (id INTEGER PRIMARY KEY, v INT); CREATE INDEX i ON t (v);
            CREATE TABLE "last" (id INTEGER PRIMARY KEY);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
            INSERT INTO t SELECT i, i % 10 FROM n;
            INSERT INTO "last" VALUES (1), (1000000);
            """
        let counted = try await table("t", fill)
        #expect(counted.estimatedRows == 1_000)
        #expect(counted.columns[1].distinctValues == nil)
        let gaps = try await table("last", fill)
        #expect(gaps.estimatedRows == 2)
        let analysed = try await table("t", fill + "ANALYZE; DELETE FROM t WHERE id > 10;")
        #expect(analysed.estimatedRows == 1_000)
        #expect(analysed.columns[1].distinctValues == 10)
    }

    @Test("shares the bytes of what there was no time to measure by what it holds")
    func unmeasured() async throws {
        let file = try await TemporaryDatabase(
            script: """
                CREATE TABLE wide (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE narrow (id INTEGER PRIMARY KEY, v INT);
                CREATE INDEX narrow_v ON narrow (v);
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
                INSERT INTO wide SELECT i, hex(zeroblob(100)) FROM n;
                INSERT INTO narrow SELECT id, id FROM wide;
                """
        )
        let exact = try await file.engine.withConnection(.readOnly) { try await $0.catalog() }
        let session = try await Session.start(
            .file(DatabaseFile(path: file.path, createIfMissing: false, journal: .asFound)),
            access: .readOnly
        )
        let shared = try await session.perform(statement: nil) { (database) throws(EngineError) in
            try CatalogReader(session: database, path: "", sizeLimit: .zero).read()
        }
        await session.close()
        for (guess, truth) in zip(shared.tables, exact.tables) {
            #expect(guess.estimatedRows == 5_000)
            let ratio = Double(guess.tableBytes) / Double(truth.tableBytes)
            #expect((0.5...2).contains(ratio), "\(guess.name): \(guess.tableBytes) for \(truth.tableBytes)")
        }
        let sum = shared.tables.reduce(0) { $0 + $1.totalBytes }
        #expect(sum <= shared.sizeBytes && sum > shared.sizeBytes * 9 / 10)
    }

    @Test("reads a table of 1,600 columns, full-text tables, generated columns, and no views")
    func oddTables() async throws {
        let columns = (1...1_600).map { "c\($0) INT" }.joined(separator: ", ")
        let file = try await TemporaryDatabase(
            script: """
                CREATE TABLE wide (\(columns)); CREATE INDEX wide_last ON wide (c1600);
                CREATE VIRTUAL TABLE words USING fts5 (body); INSERT INTO words VALUES ('some text');
                CREATE TABLE made (a INT, b INT AS (a + 1) STORED, c INT GENERATED ALWAYS AS (a * 2) VIRTUAL);
                CREATE VIEW v AS SELECT * FROM made; CREATE TABLE auto (id INTEGER PRIMARY KEY AUTOINCREMENT);
                CREATE TABLE "rowid" (rowid TEXT, _rowid_ TEXT, oid TEXT);
                """
        )
        let catalog = try await file.engine.withConnection(.readOnly) { try await $0.catalog() }
        #expect(catalog.tables.map(\.name.name) == ["auto", "made", "rowid", "wide", "words"])
        #expect(catalog.tables[3].columns.count == 1_600)
        #expect(catalog.tables[1].columns.map(\.name) == ["a", "b", "c"])
        #expect(catalog.tables[4].kind == .virtual)
        #expect(catalog.tables[4].tableBytes > 0)
        #expect(catalog.tables[4].columns.map(\.name) == ["body"])
    }

    @Test("reads a schema of a thousand tables")
    func manyTables() async throws {
        let tables = (0..<1_000).map { "CREATE TABLE t\($0) (a INT UNIQUE, b INT); CREATE INDEX i\($0) ON t\($0) (b);" }
        let file = try await TemporaryDatabase(script: "BEGIN; \(tables.joined(separator: "\n")) COMMIT;")
        try await file.engine.withConnection(.readOnly) { connection in
            let catalog = try await connection.catalog()
            #expect(catalog.tables.count == 1_000)
        }
    }
}
