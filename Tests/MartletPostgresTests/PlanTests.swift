import MartletCore
import MartletPostgres
import MartletTesting
import Testing

@Suite("Plans of PostgreSQL")
struct PlanTests {
    private func withData<Success: Sendable>(
        _ body: (any Connection) async throws -> Success
    ) async throws -> Success {
        let engine = try await PrivatePostgres.temporaryDatabase()
        return try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript(
                """
                CREATE TABLE t (id int PRIMARY KEY, kind int, note text);
                CREATE INDEX t_kind ON t (kind);
                INSERT INTO t SELECT i, i % 100, repeat('x', 100) FROM generate_series(1, 20000) i;
                """
            )
            try await connection.runScript("VACUUM ANALYZE t")
            return try await body(connection)
        }
    }

    @Test("tell scans apart, with their table, index, condition and filter")
    func scans() async throws {
        try await withData { connection in
            let all = try await connection.explain("SELECT * FROM t WHERE note = \("y")", analyze: true)
            #expect(all.root.kind == .sequentialScan)
            #expect(all.root.label == "Seq Scan on t")
            #expect(all.root.table == "t")
            #expect(all.root.filter == "(note = 'y'::text)")
            #expect(all.root.rowsRemovedByFilter == 20_000)
            #expect(all.root.actualRows == 0)
            #expect(all.root.loops == 1)
            #expect(all.planCost ?? 0 > 0)
            #expect(all.buffers?.total ?? 0 > 300)
            let seconds = try #require(all.executionSeconds)
            #expect(seconds > 0 && seconds < 60)

            let one = try await connection.explain("SELECT * FROM t WHERE id = \(7)", analyze: true)
            #expect(one.root.kind == .indexScan)
            #expect(one.root.label == "Index Scan using t_pkey on t")
            #expect(one.root.index == "t_pkey")
            #expect(one.root.indexCondition == "(id = 7)")
            #expect(one.root.actualRows == 1)
            #expect(one.buffers?.total ?? 0 < 10)

            let covered = try await connection.explain("SELECT id FROM t WHERE id < \(7)", analyze: true)
            #expect(covered.root.kind == .indexOnlyScan)
            #expect(covered.root.heapFetches == 0)

            let bitmap = try await connection.explain("SELECT * FROM t WHERE kind = \(7)", analyze: false)
            #expect(bitmap.root.kind == .bitmapScan)
            #expect(bitmap.root.index == "t_kind")
            #expect(bitmap.root.indexCondition == "(kind = 7)")
            #expect(bitmap.root.estimatedRows ?? 0 > 100)
            #expect(bitmap.executionSeconds == nil)
            #expect(bitmap.buffers == nil)
            #expect(bitmap.root.actualRows == nil)
        }
    }

    @Test("tell sorts, joins, aggregates and limits, and what spills to disk")
    func steps() async throws {
        try await withData { connection in
            try await connection.run("SET work_mem = '64kB'")
            let sorted = try await connection.explain("SELECT * FROM t ORDER BY note, id", analyze: true)
            let sort = try #require(sorted.nodes.first { $0.kind == .sort })
            #expect(sort.usesDisk)
            #expect(sorted.buffers?.temporary ?? 0 > 0)
            let joined = try await connection.explain(
                "SELECT a.kind, count(*) FROM t a LEFT JOIN t b ON b.kind = a.id GROUP BY a.kind LIMIT 3",
                analyze: false
            )
            #expect(joined.root.kind == .limit)
            #expect(joined.nodes.contains { $0.kind == .aggregate })
            #expect(joined.nodes.contains { $0.kind == .join && $0.label.hasSuffix("Left Join") })
        }
    }

    @Test("of a write that was run leave nothing behind, within a transaction and without")
    func writes() async throws {
        try await withData { connection in
            let plan = try await connection.explain("DELETE FROM t", analyze: true)
            #expect(plan.root.kind == .modify)
            #expect(plan.root.label == "Delete on t")
            try await connection.transaction { connection in
                try await connection.run("DELETE FROM t WHERE id = 1")
                _ = try await connection.explain("DELETE FROM t", analyze: true)
            }
            #expect(try await connection.run("SELECT count(*) FROM t")[0].decode(Int.self, at: 0) == 19_999)
            await #expect(throws: EngineError.self) {
                try await connection.explain("DELETE FROM nowhere", analyze: true)
            }
            #expect(try await connection.run("SELECT 1").count == 1, "the connection stays usable")
        }
    }

    @Test("that are no plans are refused", arguments: ["", "[]", "{}", "[{}]", "[{\"Plan\": {}}]", "Seq Scan on t"])
    func nonsense(text: String) {
        #expect(throws: EngineError.self) { try ExplainDecoder.plan(fromJSON: text) }
    }

    @Test(
        "are made without values",
        arguments: [
            ("SELECT * FROM t WHERE id = $1", "t_pkey"),
            ("SELECT count(*) FROM t WHERE id BETWEEN $1 AND $2 AND note = $3", "t_pkey"),
            ("UPDATE t SET note = $1 WHERE id = $2", "t_pkey"),
            ("SELECT * FROM t WHERE kind = ANY ($1)", "t_kind"),
            ("/* by kind */ SELECT id FROM t WHERE kind = $1 LIMIT $2", "t_kind"),
        ]
    )
    func generic(text: String, index: String) async throws {
        try await withData { connection in
            guard case .plan(let plan) = try await GenericPlan.read(text, on: connection) else {
                Issue.record("no plan")
                return
            }
            #expect(plan.nodes.compactMap(\.index).contains(index))
            #expect(plan.executionSeconds == nil)
        }
    }

    @Test(
        "that cannot be made say why, and run nothing",
        arguments: [
            ("VACUUM t", "syntax error"),
            ("SELECT * FROM t WHERE id = ", "syntax error"),
            ("SELECT 1; DROP TABLE t", "multiple commands"),
            ("SELECT 1; COMMIT; DROP TABLE t", "multiple commands"),
            ("SELECT * FROM nowhere WHERE id = $1", "does not exist"),
            ("SELECT now() - interval $1", "syntax error"),
        ]
    )
    func impossible(text: String, reason: String) async throws {
        try await withData { connection in
            guard case .impossible(let said) = try await GenericPlan.read(text, on: connection) else {
                Issue.record("a plan of \(text)")
                return
            }
            #expect(said.contains(reason))
            let again = try await GenericPlan.read("SELECT * FROM t WHERE id = $1", on: connection)
            guard case .plan = again else {
                Issue.record("the connection is not usable: \(again)")
                return
            }
            let left = try await connection.run("SELECT count(*) FROM pg_prepared_statements WHERE name ~ 'generic'")
            #expect(try left[0].decode(Int.self, at: 0) == 0)
        }
    }
}
