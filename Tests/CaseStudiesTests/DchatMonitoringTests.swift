import CaseStudies
import Foundation
import MartletCore
import MartletPostgres
import MartletTesting
import Testing

@Suite("What the wallet messenger's document watches")
struct DchatMonitoringTests {
    @Test(
        "its queries name columns that do not exist; with their real names they run",
        arguments: [
            (
                "SELECT schemaname, tablename, indexname, idx_scan FROM pg_stat_user_indexes ORDER BY idx_scan DESC",
                "SELECT schemaname, relname, indexrelname, idx_scan FROM pg_stat_user_indexes ORDER BY idx_scan DESC"
            ),
            (
                "SELECT tablename, indexname FROM pg_stat_user_indexes WHERE idx_scan = 0 AND indexname !~ 'pg_toast'",
                "SELECT relname, indexrelname FROM pg_stat_user_indexes WHERE idx_scan = 0"
            ),
            (
                """
                SELECT query, calls, total_time, mean_time, max_time FROM pg_stat_statements
                ORDER BY mean_time DESC LIMIT 10
                """,
                """
                SELECT query, calls, total_exec_time, mean_exec_time, max_exec_time FROM pg_stat_statements
                ORDER BY mean_exec_time DESC LIMIT 10
                """
            ),
        ]
    )
    func columns(documented: String, real: String) async throws {
        try await DchatDatabases.with(.postgres, indexes: .seed) { fixture in
            try await fixture.engine.withConnection(.readOnly) { connection in
                let error = await #expect(throws: EngineError.self) {
                    try await connection.run(BoundStatement(Statement(unsafeText: documented)))
                }
                #expect(error?.code == .undefinedObject)
                _ = try await connection.run(BoundStatement(Statement(unsafeText: real)))
            }
        }
    }

    @Test("its sizes of tables end at the first table with a capital letter; the catalog has them all")
    func tableSizes() async throws {
        try await DchatDatabases.with(.postgres) { fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                try await connection.runScript(#"CREATE TABLE dchat."pushTokens" (token text)"#)
                let error = await #expect(throws: EngineError.self) {
                    try await connection.run(
                        """
                        SELECT tablename, pg_size_pretty(pg_total_relation_size(schemaname || '.' || tablename))
                        FROM pg_tables WHERE schemaname = 'dchat'
                        """
                    )
                }
                #expect(error?.code == .undefinedObject)
                let catalog = try await connection.catalog()
                let tables = Set(catalog.tables.filter { $0.name.schema == "dchat" }.map(\.name.name))
                #expect(tables == ["users", "messages", "groups", "group_members", "pushTokens"])
                let messages = try #require(catalog.tables.first { $0.name.name == "messages" })
                // 30,000 rows of some 230 bytes.
                #expect(messages.tableBytes > 5_000_000 && messages.indexBytes > 500_000)
            }
        }
    }

    @Test("its unused indexes are those that keep keys unique, too")
    func unusedIndexes() async throws {
        try await DchatDatabases.with(.postgres, indexes: .expert) { fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                try await connection.run("SELECT pg_stat_reset()")
                let unused =
                    try await connection.run(
                        "SELECT indexrelname::text FROM pg_stat_user_indexes WHERE idx_scan = 0"
                    )
                    .map { try $0.decode(String.self, at: 0) }
                let needed = ["users_pkey", "messages_pkey", "one_account_per_wallet", "one_membership"]
                #expect(Set(unused).isSuperset(of: needed))
                let catalog = try await connection.catalog()
                let droppable = catalog.tables.flatMap(\.indexes).filter { !$0.isUnique && $0.scans == 0 }
                #expect(Set(droppable.map(\.name)).isDisjoint(with: needed))
            }
        }
    }

    @Test("by the mean, one slow report hides the statement that takes most of the time")
    func meanOrTotal() async throws {
        try await DchatDatabases.with(.postgres) { fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                try await connection.run("SELECT pg_stat_statements_reset()")
                // Sleep is time that no other load can make shorter.
                try await connection.run("SELECT 'report', pg_sleep(0.05)")
                for _ in 0..<60 { try await connection.run("SELECT 'frequent', pg_sleep(0.005), 1") }
                guard case .available(let all, _) = try await connection.statementStatistics(limit: 1_000) else {
                    Issue.record("no statistics of statements")
                    return
                }
                let slept = all.filter { $0.statement.contains("pg_sleep") }
                #expect(slept.max { $0.meanSeconds < $1.meanSeconds }?.calls == 1)
                #expect(slept.max { $0.totalSeconds < $1.totalSeconds }?.calls == 60)
            }
        }
    }

    @Test("its weekly ANALYZE forgets the members of groups")
    func weeklyAnalyze() async throws {
        try await DchatDatabases.with(.postgres) { fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                try await connection.run("DELETE FROM pg_statistic WHERE starelid > 16383")
                for table in ["users", "messages", "groups"] {
                    try await connection.run("ANALYZE \(fixture.table(table))")
                }
                let without = try await connection.run(
                    """
                    SELECT relname::text FROM pg_class
                    WHERE relnamespace = 'dchat'::regnamespace AND relkind = 'r'
                      AND NOT EXISTS (SELECT 1 FROM pg_statistic WHERE starelid = pg_class.oid)
                    """
                )
                #expect(try without.map { try $0.decode(String.self, at: 0) } == ["group_members"])
            }
        }
    }

    @Test("its line for pgbench fails, and measures none of its tables once it does not")
    func loadTest() async throws {
        try await DchatDatabases.with(.postgres) { fixture in
            let server = try await DchatDatabases.instance.postgres()
            let database = try await fixture.engine.withConnection(.readOnly) {
                try await $0.run("SELECT current_database()::text")[0].decode(String.self, at: 0)
            }
            let pgbench = try Pgbench(server: server, database: database)
            let documented = try await pgbench.run(["-c", "50", "-j", "10", "-t", "1000", "-r"])
            #expect(documented.status != 0)
            #expect(documented.errors.contains(#"relation "pgbench_branches" does not exist"#))
            let initialised = try await pgbench.run(["-i", "-q"])
            #expect(initialised.status == 0, "\(initialised.errors)")
            try await fixture.engine.withConnection(.readWrite) { connection in
                try await connection.run("SELECT pg_stat_reset()")
                let measured = try await pgbench.run(["-c", "5", "-j", "2", "-t", "10", "-r"])
                #expect(measured.status == 0, "\(measured.errors)")
                let touched =
                    try await connection.run(
                        """
                        SELECT relname::text FROM pg_stat_user_tables
                        WHERE coalesce(seq_scan, 0) + coalesce(idx_scan, 0) + n_tup_ins > 0
                        """
                    )
                    .map { try $0.decode(String.self, at: 0) }
                #expect(!touched.isEmpty && touched.allSatisfy { $0.hasPrefix("pgbench_") }, "\(touched)")
            }
        }
    }
}
