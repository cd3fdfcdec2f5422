import MartletCore
import MartletPostgres
import MartletTesting
import Testing

@Suite("Statistics per statement")
struct StatementStatisticsTests {
    private func reason(_ report: StatementStatisticsReport) -> String? {
        if case .unavailable(let reason) = report { reason } else { nil }
    }

    @Test("come by total time, of this database alone, without utility statements and Martlet's own")
    func top() async throws {
        let engine = try await PrivatePostgres.temporaryDatabase()
        let other = try await PrivatePostgres.temporaryDatabase()
        try await other.withConnection(.readWrite) { try await $0.runScript("SELECT 'elsewhere'") }
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2), (3)")
            for id in 1...4 { try await connection.run("/* hot */ SELECT * FROM t WHERE id >= \(id)") }
            try await connection.runScript("SELECT pg_sleep(0.05)")
            try await connection.runScript("SELECT pg_sleep(0.06)")
            _ = try await connection.catalog()
            _ = try await connection.statementStatistics(limit: 10)
            guard case .available(let top, let since) = try await connection.statementStatistics(limit: 3) else {
                Issue.record("not available")
                return
            }
            #expect(top.count == 3)
            #expect(top.first?.statement == "SELECT pg_sleep($1)")
            #expect(top.first?.calls == 2)
            let slowest = try #require(top.first)
            #expect(slowest.totalSeconds > 0.1 && slowest.totalSeconds < 60)
            #expect(slowest.maximumSeconds ?? 0 >= 0.06)
            let hot = try #require(top.first { $0.statement.contains("hot") })
            #expect(hot.calls == 4)
            #expect(hot.rows == 6)
            #expect(hot.buffers?.total ?? 0 >= 4)
            #expect(top.contains { $0.statement.hasPrefix("INSERT INTO t") })
            #expect(since != nil)
        }
    }

    @Test("say what to do where the extension is not created")
    func notCreated() async throws {
        let engine = try await PrivatePostgres.temporaryDatabase()
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript("DROP EXTENSION pg_stat_statements")
            let reason = reason(try await connection.statementStatistics(limit: 3))
            #expect(reason == "pg_stat_statements is not created in this database: CREATE EXTENSION pg_stat_statements")
        }
    }

    @Test("say what to do where the extension is not loaded")
    func notLoaded() async throws {
        let server = try await PrivatePostgres.start(
            PrivatePostgres.Options(settings: ["shared_preload_libraries": ""])
        )
        let engine = try PostgresEngine(server.connectionString())
        try await engine.withConnection(.readWrite) { connection in
            let created = reason(try await connection.statementStatistics(limit: 3))
            #expect(created?.contains("not loaded: add it to shared_preload_libraries") == true)
            try await connection.runScript("DROP EXTENSION pg_stat_statements")
            let missing = reason(try await connection.statementStatistics(limit: 3))
            #expect(missing?.contains("shared_preload_libraries") == true)
            #expect(missing?.hasSuffix("CREATE EXTENSION pg_stat_statements") == true)
        }
        await server.stop()
    }

    @Test("say what to do where the role may not see them")
    func unprivileged() async throws {
        let engine = try await PrivatePostgres.temporaryDatabase()
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript(
                "CREATE TABLE t (id int); INSERT INTO t VALUES (1); CREATE ROLE martlet_blind; SET ROLE martlet_blind"
            )
            let hidden = reason(try await connection.statementStatistics(limit: 3))
            #expect(hidden?.contains("GRANT pg_read_all_stats") == true)
            try await connection.runScript("RESET ROLE; REVOKE SELECT ON pg_stat_statements FROM public")
            try await connection.runScript("SET ROLE martlet_blind")
            let refused = reason(try await connection.statementStatistics(limit: 3))
            #expect(refused?.contains("GRANT pg_read_all_stats") == true)
            try await connection.runScript("RESET ROLE; DROP ROLE martlet_blind")
        }
    }

    /// A server of today still serves the columns of older versions of its extension.
    @Test("are asked for by the names that the extension's version has", arguments: ["1.7", "1.8", "1.9", "1.10"])
    func versions(version: String) async throws {
        let engine = try await PrivatePostgres.temporaryDatabase()
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript(
                "DROP EXTENSION pg_stat_statements; CREATE EXTENSION pg_stat_statements VERSION '\(version)'"
            )
            try await connection.runScript("SELECT 1 AS counted")
            guard case .available(let top, let since) = try await connection.statementStatistics(limit: 50) else {
                Issue.record("not available")
                return
            }
            #expect(top.contains { $0.statement == "SELECT $1 AS counted" })
            #expect((since == nil) == ["1.7", "1.8"].contains(version))
        }
    }
}
