import Foundation
import MartletCore
import Testing

/// From each finding a command goes on, and it works.
@Suite struct NextCommandTests {
    /// Tables with what only a person can mend, beside what Martlet mends.
    private static func script(_ dialect: Dialect) -> String {
        let common = """
            CREATE TABLE "log of mine" (line TEXT, level TEXT);
            INSERT INTO "log of mine" VALUES ('started', 'info');
            """
        guard dialect == .postgres else { return Shop.script + common }
        return Shop.script + common + """
            CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
            CREATE TABLE numbered (id serial PRIMARY KEY, next_id int REFERENCES numbered);
            SELECT setval('numbered_id_seq', 2000000000);
            CREATE TABLE events (at int, customer_id int REFERENCES customers) PARTITION BY RANGE (at);
            CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100000);
            INSERT INTO events SELECT i, 1 FROM generate_series(1, 20000) i;
            """
    }

    private static let sorting = "SELECT at, customer_id\n  FROM events_1 ORDER BY customer_id DESC, at LIMIT 5"

    @Test("each finding has one that can be copied into a shell, or run again with --only for all that is known")
    func works() async throws {
        for dialect in Dialect.allCases {
            let database = try await TestDatabase(dialect, name: "my log.db", script: Self.script(dialect))
            if dialect == .postgres {
                for _ in 0..<3 { _ = try await database.rows(Self.sorting) }
            }
            let check = try await Command("check", database.argument, "--format", "json").run()
            let findings = try check.findings()
            for rule in ["duplicate-index", "table-without-primary-key", "largest-relations"] {
                #expect(findings.keys.contains { $0.hasPrefix(rule) }, "\(rule): \(check)")
            }
            for (id, finding) in findings {
                let next = try #require(finding["next"] as? String, "\(id)")
                let isApplied = next.hasPrefix("martlet apply ")
                let line = isApplied ? next + " --dry-run" : next
                let result = try await Command(line: line).run()
                // A critical finding makes check exit with 1, wherever it is shown.
                let status: Int32 = finding["severity"] as? String == "critical" ? 1 : 0
                #expect(result.status == status, "\(line): \(result)")
                #expect(!result.output.isEmpty && result.errors.isEmpty, "\(line): \(result)")
                #expect(isApplied || next.hasPrefix("martlet check "), "\(next)")
                // The figures of statements move with each run.
                let title = try #require((finding["title"] as? String)?.split(separator: " (").first)
                #expect(isApplied || result.output.contains(title), "\(line): \(result)")
            }
            let text = try await Command("check", database.argument).run()
            let commands = text.output.split(separator: "\n").filter { $0.hasPrefix("          martlet ") }
            #expect(commands.count == findings.count, "\(text)")
        }
    }

    @Test("--only shows a table with its columns, a statement with its plan, and what refers to a sequence")
    func details() async throws {
        let database = try await TestDatabase(.postgres, script: Self.script(.postgres))
        for _ in 0..<3 { _ = try await database.rows(Self.sorting) }
        func only(_ selection: String) async throws -> CommandResult {
            try await Command("check", database.argument, "--only", selection).run()
        }
        let key = try await only("table-without-primary-key/public.log of mine")
        #expect(key.output.contains("line    text  may be"), "\(key)")
        #expect(!key.output.contains("orders"), "\(key)")
        let sequence = try await only("sequence-near-end/public.numbered_id_seq")
        #expect(sequence.output.contains("numbered(next_id)"), "\(sequence)")
        let statements = try await only("statement-sorts")
        #expect(statements.output.contains("  FROM events_1 ORDER BY"), "\(statements)")
        #expect(statements.output.contains("Sort") && statements.output.contains("on events_1"), "\(statements)")
        let relations = try await only("largest-relations/database")
        #expect(relations.output.contains("orders_placed_on on orders"), "\(relations)")
        let json = try await Command("check", database.argument, "--only", "largest-relations", "--format", "json")
            .run()
        let details = try json.findings().values.first?["details"] as? [String]
        #expect(details?.isEmpty == false, "\(json)")
    }

    @Test("says how to go on by hand where the planner refuses, and names no command that would refuse")
    func refused() async throws {
        let script = """
            CREATE TABLE stays (room int4range, EXCLUDE USING gist (room WITH &&));
            UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'stays_room_excl'::regclass;
            """
        let database = try await TestDatabase(.postgres, script: script)
        let id = "invalid-index/public.stays_room_excl"
        let check = try await Command("check", database.argument, "--format", "json").run()
        let next = try #require(try check.findings()[id]?["next"] as? String, "\(check)")
        #expect(next.contains(" --only ") && !next.contains("apply"))
        let only = try await Command(line: next).run()
        #expect(only.output.contains("By hand: ") && only.output.contains("REINDEX INDEX"), "\(only)")
    }

    @Test("--only says what there is not", arguments: Dialect.allCases)
    func unknown(_ dialect: Dialect) async throws {
        let shop = try await Shop.make(dialect)
        let missing = try await Command("check", shop.argument, "--only", "duplicate-index/nowhere").run()
        #expect(missing.status == 2 && missing.output.isEmpty, "\(missing)")
        #expect(missing.errorLines.count == 1 && missing.errors.contains("duplicate-index/nowhere"), "\(missing)")
        let none = try await Command("check", shop.argument, "--only", "invalid-index", "--fail-on", "note").run()
        #expect(none.status == 0 && none.output.hasPrefix("Nothing of that kind was found."), "\(none)")
        let one = try await Command("check", shop.argument, "--only", "largest-relations", "--fail-on", "warning").run()
        #expect(one.status == 0, "the others do not count: \(one)")
    }
}
