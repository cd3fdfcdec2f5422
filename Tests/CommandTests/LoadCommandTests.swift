import Foundation
import Glibc
import MartletCore
import Testing

@Suite struct LoadCommandTests {
    /// A folder with a scenario, and the database it is meant for.
    private struct Fixture {
        let folder = CommandFolder()
        let shop: TestDatabase

        init(_ dialect: Dialect, scenario: String) async throws {
            shop = try await Shop.make(dialect)
            try write(scenario, to: "shop.yaml")
        }

        func write(_ text: String, to name: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
        }

        func load(_ options: String...) -> Command {
            Command(["load", "shop.yaml", shop.argument] + options).in(folder)
        }
    }

    private static let reading = """
        operations:
          - name: customer
            weight: 3
            sql: SELECT name FROM customers WHERE id = :customer
            parameters: {customer: {from: 1, to: 200, distribution: zipf, exponent: 1.1}}
            target: 30s
          - name: orders
            sql: [SELECT total FROM orders WHERE customer_id = :customer, SELECT count(*) FROM customers]
            transaction: true
            parameters: {customer: {values: [1, 2, 3]}}
        """

    @Test(
        "runs a scenario on each engine, closed and open, and tells all figures to programs",
        arguments: Dialect.allCases
    )
    func reading(_ dialect: Dialect) async throws {
        let fixture = try await Fixture(dialect, scenario: Self.reading)
        for rate in [[], ["--rate", "2000"]] {
            let options = ["-c", "4", "-j", "2", "-t", "50", "--warm-up", "10ms", "--seed", "5", "--format", "json"]
            let result = try await Command(["load", "shop.yaml", fixture.shop.argument] + options + rate)
                .in(fixture.folder).run()
            #expect(result.status == 0 && result.errors == "", "\(result)")
            let document = try result.json()
            let operations = try #require(document["operations"] as? [[String: Any]])
            #expect(operations.compactMap { $0["name"] as? String } == ["customer", "orders"])
            #expect(operations.compactMap { $0["runs"] as? Int }.reduce(0, +) == 200)
            #expect(operations.allSatisfy { $0["failures"] as? Int == 0 && $0["isBroken"] as? Bool == false })
            #expect(operations[0]["grade"] as? String == "exceeded" && operations[1]["grade"] == nil)
            #expect(document["seed"] as? Int == 5)
            let latency = try #require(operations[0]["latency"] as? [String: Any])
            #expect((latency["p95Seconds"] as? Double ?? 0) > 0)
            #expect((operations[0]["service"] != nil) == !rate.isEmpty)
            #expect((document["ownLag"] as? [String: Any])?["p99Seconds"] != nil)
        }
    }

    @Test("the exit code tells which operation broke its target, and the first line why")
    func brokenTarget() async throws {
        let fixture = try await Fixture(.sqlite, scenario: Self.reading)
        try fixture.write("targets: {orders: 1us}\n", to: "strict.yaml")
        let result = try await fixture.load("-t", "20", "--warm-up", "0s", "--targets", "strict.yaml").run()
        #expect(result.status == 12, "\(result)")
        #expect(result.output.hasPrefix("1 of 2 operations broken. First: orders takes "), "\(result)")
        #expect(result.output.contains("missed"))
    }

    @Test("an operation that was never answered breaks its target: zero samples are no success")
    func unmeasured() async throws {
        let scenario = """
            operations:
              - {name: often, sql: SELECT 1, weight: 1000000}
              - {name: never, sql: SELECT 2, weight: 0.000001, target: 1s}
            """
        let fixture = try await Fixture(.sqlite, scenario: scenario)
        let result = try await fixture.load("-c", "1", "-t", "5", "--warm-up", "0s").run()
        #expect(result.status == 12, "\(result)")
        #expect(result.output.contains("never was never answered"), "\(result)")
    }

    @Test("writes only where the scenario says so, and then says it", arguments: Dialect.allCases)
    func writing(_ dialect: Dialect) async throws {
        let operations = """
            operations:
              - name: order
                sql: INSERT INTO orders VALUES (:id, 1, '2026-02-01', 5)
                parameters: {id: {from: 1000000, to: 2000000000}}
            """
        let fixture = try await Fixture(dialect, scenario: operations)
        let before = try await fixture.shop.rows("SELECT count(*) FROM orders WHERE total = 5")
        let refused = try await fixture.load("-c", "1", "-t", "5", "--warm-up", "0s").run()
        #expect(refused.status == 4, "\(refused)")
        #expect(refused.errors.contains("writes: true"), "\(refused)")
        #expect(try await fixture.shop.rows("SELECT count(*) FROM orders WHERE total = 5") == before)
        try fixture.write("writes: true\n" + operations, to: "shop.yaml")
        let result = try await fixture.load("-c", "1", "-t", "5", "--warm-up", "0s").run()
        #expect(result.status == 0 && result.errors.contains("may write"), "\(result)")
        let after = try await fixture.shop.rows("SELECT CAST(count(*) AS text) FROM orders WHERE id >= 1000000")
        #expect(after == [["5"]])
    }

    @Test("Ctrl-C ends it with 130 and prints what was measured", arguments: Dialect.allCases)
    func interrupted(_ dialect: Dialect) async throws {
        let fixture = try await Fixture(dialect, scenario: "writes: true\n" + Self.reading)
        let load = try fixture.load("-c", "2", "-T", "600s", "--warm-up", "0s").start()
        try await load.says("may write")
        try await Task.sleep(for: .milliseconds(300))
        load.send(SIGINT)
        let result = try await load.end()
        #expect(result.status == 130, "\(result)")
        #expect(result.output.contains("Interrupted."), "\(result)")
        #expect(result.output.contains("runs/s"), "\(result)")
    }

    /// A scenario that draws from all integers between two.
    private static func spanning(_ from: Int64, _ to: Int64, _ distribution: String = "zipf") -> String {
        let parameters = "{id: {from: \(from), to: \(to), distribution: \(distribution)}}"
        return "operations: [{name: a, sql: 'SELECT :id', parameters: \(parameters)}]"
    }

    @Test(
        "draws from spans as wide as a distribution can tell apart",
        arguments: [spanning(.min, .max, "uniform"), spanning(1, 1 << 53), spanning(-5, (1 << 53) - 6)]
    )
    func wideSpan(_ scenario: String) async throws {
        let fixture = try await Fixture(.sqlite, scenario: scenario)
        let result = try await fixture.load("-c", "1", "-t", "100", "--warm-up", "0s").run()
        #expect(result.status == 0 && result.errors == "", "\(result)")
    }

    @Test(
        "says what is wrong with a scenario",
        arguments: [
            ("operations: []", "has no operations"), ("operations: [{name: a}]", "lacks sql"),
            ("operations: [{name: a, sql: 'SELECT :x'}]", ":x"),
            ("operations: [{name: a, sql: SELECT 1, weight: 0}]", "weight of a"),
            ("operations: [{name: a, sql: SELECT 1}, {name: a, sql: SELECT 1}]", "two operations named a"),
            ("operations: [{name: a, sql: SELECT 1, target: soon}]", "\"soon\" is no time"),
            ("operations: [{name: a, sql: SELECT * FROM nowhere}]", "operation a cannot run"),
            ("operations: [{name: a, sql: 'SELECT :x', parameters: {x: {from: 2, to: 1}}}]", "1 is less than 2"),
            (spanning(0, .max), "zipf draws from 2^53 numbers"), (spanning(.min, .max), "zipf draws from 2^53 numbers"),
            (spanning(0, 1 << 53), "zipf draws from 2^53 numbers"),
            ("{", "cannot be understood"), ("", "no keys at its top"), ("- SELECT 1", "no keys at its top"),
        ]
    )
    func badScenario(_ text: String, _ reason: String) async throws {
        try await expectRefusal(of: text, saying: reason)
    }

    private func expectRefusal(of scenario: String, saying reason: String) async throws {
        let fixture = try await Fixture(.sqlite, scenario: scenario)
        let result = try await fixture.load("-c", "1", "-t", "1", "--warm-up", "0s").run()
        #expect(result.status == 2 && result.output == "", "\(result)")
        #expect(result.errors.contains(reason), "\(result)")
    }

    @Test(
        "says where in a scenario a key is misspelt, contradicts another or has no value, and which there are",
        arguments: [
            ("operations: [{name: '', sql: SELECT 1}]", "operations, entry 1: its name is empty"),
            ("operation: []", "its top: there is no key operation; there are writes, operations"),
            (
                "operations: [{name: a, sql: SELECT 1, targt: 1us}]",
                "entry 1: there is no key targt; there are name, weight, sql, parameters, transaction, target"
            ),
            ("operations: [{name: a, sql: SELECT 1, wieght: 5}]", "operations, entry 1: there is no key wieght"),
            ("operations: [{name: a, sql: SELECT 1, target: }]", "operations, entry 1: target has no value"),
            (
                "operations: [{name: a, sql: SELECT 1, weight: much}]",
                "operations, entry 1, weight: a number is due here"
            ),
            ("operations: {name: a}", "operations: a list is due here"),
            ("operations: [SELECT 1]", "operations, entry 1: a mapping of keys to values is due here"),
            (
                "operations: [{name: a, sql: SELECT 1, target: {time: 1us, aceptable: 5s}}]",
                "operations, entry 1, target: there is no key aceptable; there are time, acceptable, percentile"
            ),
            (
                "operations: [{name: a, sql: SELECT 1, target: {time: 2s, acceptable: 1s}}]",
                "operations, entry 1, target: acceptable is less than time"
            ),
            (
                "operations: [{name: a, sql: 'SELECT :x', parameters: {x: {values: [1], to: 2}}}]",
                "operations, entry 1, parameters, x: values and to contradict each other"
            ),
            (
                "operations: [{name: a, sql: 'SELECT :x', parameters: {x: {from: 1, to: 2, exponent: 2}}}]",
                "exponent: an exponent is that of distribution: zipf"
            ),
        ] as [(String, String)]
    )
    func badDeclaration(_ text: String, _ reason: String) async throws {
        try await expectRefusal(of: text, saying: reason)
    }

    @Test(
        "refuses statements that reach beyond their run before any is run, and says what to write instead",
        arguments: [
            ("BEGIN", "say `transaction: true`"), ("start transaction read write", "say `transaction: true`"),
            ("COMMIT", "say `transaction: true`"), ("/* x */ ROLLBACK", "say `transaction: true`"),
            ("SAVEPOINT s", "say `transaction: true`"), ("PREPARE TRANSACTION 's'", "say `transaction: true`"),
            ("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE", "say `writes: true`"),
            ("; RESET ALL", "say `writes: true`"), ("PRAGMA query_only = off", "say `writes: true`"),
            ("ATTACH 'b.db' AS b", "say `writes: true`"), ("SELECT 1; SELECT 2", "2 statements in one text"),
            ("-- nothing", "an empty statement"),
        ] as [(String, String)]
    )
    func unboundStatement(_ statement: String, _ reason: String) async throws {
        let scenario = """
            operations:
              - name: a
                sql: ["SELECT 1", "\(statement)"]
            """
        let fixture = try await Fixture(.sqlite, scenario: scenario)
        let result = try await fixture.load("-c", "1", "-t", "1", "--warm-up", "0s").run()
        #expect(result.status == 2 && result.output == "", "\(result)")
        #expect(result.errors.contains(reason) && !result.errors.contains("Database."), "\(result)")
    }

    @Test("a read-only load on a server stays one, whatever its statements say")
    func settings() async throws {
        let insert = "INSERT INTO orders VALUES (1000000, 1, '2026-02-01', 5)"
        for way in [
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
            "SELECT set_config('default_transaction_read_only', 'off', false)",
            "(SELECT set_config('default_transaction_read_only', 'off', false))",
            "SELECT set_config('transaction_read_only', 'off', true)",
            "DO 'BEGIN SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE; END'",
        ] {
            let scenario = "operations: [{name: a, sql: [\"\(way)\", \"\(insert)\"]}]"
            let fixture = try await Fixture(.postgres, scenario: scenario)
            let result = try await fixture.load("-c", "1", "-t", "1", "--warm-up", "0s").run()
            #expect(result.status == 2 && result.errors.contains("`writes: true`"), "\(result)")
            #expect(try await fixture.shop.rows("SELECT 1 FROM orders WHERE id = 1000000") == [], "\(way)")
        }
    }

    @Test("what is set for a transaction ends with it, and is allowed where it may write")
    func localSettings() async throws {
        let scenario = """
            writes: true
            operations:
              - name: a
                transaction: true
                sql: ["SET LOCAL work_mem = '8MB'", "SELECT set_config('app.tenant', '7', true)", "SELECT 1"]
            """
        let fixture = try await Fixture(.postgres, scenario: scenario)
        let result = try await fixture.load("-c", "1", "-t", "2", "--warm-up", "0s").run()
        #expect(result.status == 0, "\(result)")
        for (text, other) in [("transaction: true", "transaction: false"), ("'7', true", "'7', false")] {
            let fixture = try await Fixture(.postgres, scenario: scenario.replacing(text, with: other))
            #expect(try await fixture.load("-c", "1", "-t", "2", "--warm-up", "0s").run().status == 2)
        }
    }

    @Test("what only looks like a setting or a transaction runs")
    func harmlessStatements() async throws {
        let scenario = """
            writes: true
            operations:
              - name: a
                sql: ["UPDATE orders SET total = 1 WHERE id = 1;", "SELECT 'BEGIN; COMMIT' -- SET", "SELECT 1 AS begin"]
            """
        let fixture = try await Fixture(.sqlite, scenario: scenario)
        let result = try await fixture.load("-c", "1", "-t", "1", "--warm-up", "0s").run()
        #expect(result.status == 0, "\(result)")
    }

    @Test(
        "refuses a file of targets that holds none, or a key that is none, so that no gate passes without its target",
        arguments: [
            ("targets: {}", "has no targets"), ("counters: {}", "has no targets"), ("targets:", "targets has no value"),
            ("target: {orders: 1us}", "its top: there is no key target; there are counters, targets"),
            ("targets: {orders: {time: 1us, percentle: 50}}", "targets, orders: there is no key percentle"),
            ("targets: {orders: {time: 1us, acceptable: 1ns}}", "\"1ns\" is no time"),
            ("targets: {oders: 1us}", "oders"),
        ]
    )
    func badTargets(_ text: String, _ reason: String) async throws {
        let fixture = try await Fixture(.sqlite, scenario: Self.reading)
        try fixture.write(text, to: "targets.yaml")
        let result = try await fixture.load("-c", "1", "-t", "1", "--warm-up", "0s", "--targets", "targets.yaml").run()
        #expect(result.status == 2 && result.output == "", "\(result)")
        #expect(result.errors.contains(reason), "\(result)")
    }

    @Test("reads targets from a pipe, and says that a folder is no file")
    func targetsFromPipe() async throws {
        let fixture = try await Fixture(.sqlite, scenario: Self.reading)
        let load = "martlet load shop.yaml '\(fixture.shop.argument)' -t 20 --warm-up 0s --targets"
        let piped = try await Command(line: "echo 'targets: {orders: 1us}' | \(load) /dev/stdin").in(fixture.folder)
            .run()
        #expect(piped.status == 12 && piped.output.contains("orders takes"), "\(piped)")
        let folder = try await Command(line: "\(load) .").in(fixture.folder).run()
        #expect(folder.status == 2 && folder.errors.contains(". is a folder; name a file with --targets"), "\(folder)")
    }

    @Test("refuses rates that no clock can keep", arguments: ["1e-12", "0", "-1", "1e9", "nan"])
    func badRate(_ rate: String) async throws {
        let fixture = try await Fixture(.sqlite, scenario: Self.reading)
        let result = try await fixture.load("-c", "1", "-t", "1", "--warm-up", "0s", "--rate=\(rate)").run()
        #expect(result.status == 2 && result.output == "", "\(result)")
        #expect(result.errors.contains("--rate is from 0.000001 to 10000000"), "\(result)")
    }

    @Test(
        "puts an application of the demo under load and leaves nothing behind",
        arguments: Dialect.allCases,
        [["chat"], ["chat", "--way", "before"], ["journeys"], ["authchat"]]
    )
    func application(_ dialect: Dialect, _ study: [String]) async throws {
        let folder = CommandFolder()
        let options = ["-c", "8", "-t", "40", "--warm-up", "0s", "--engine", dialect.rawValue]
        let result = try await Command(["load"] + study + options).in(folder).run()
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("a throw-away"), "\(result)")
        #expect(folder.leftovers == [])
    }

    @Test(
        "says which operations of an application it leaves out, and why",
        arguments: [
            (["chat", "--way", "fair"], "Left out: 0c (not written in the way fair)."),
            (["journeys"], "2c-warm (needs more than a session)"),
            (["authchat"], "4f (is several users at once by itself)"),
            (["chat"], nil),
        ] as [([String], String?)]
    )
    func leftOut(_ study: [String], _ note: String?) async throws {
        let result = try await Command(["load"] + study + ["-c", "1", "-t", "20", "--warm-up", "0s"]).run()
        if let note {
            #expect(result.errors.contains(note), "\(result)")
        } else {
            #expect(!result.errors.contains("Left out"), "\(result)")
        }
    }

    @Test("draws the requests of the messenger and grades them by its document's targets", arguments: Dialect.allCases)
    func messenger(_ dialect: Dialect) async throws {
        let options = ["-c", "2", "-t", "100", "--warm-up", "0s", "--seed", "5", "--engine", dialect.rawValue]
        var runs: [[Int]] = []
        for _ in 0..<2 {
            let result = try await Command(["load", "dchat", "--format", "json"] + options).in(CommandFolder()).run()
            let document = try result.json()
            let operations = try #require(document["operations"] as? [[String: Any]])
            #expect(
                operations.compactMap { $0["name"] as? String }
                    == ["login", "load-messages", "send-message", "create-group", "search-users"]
            )
            #expect(operations.allSatisfy { $0["grade"] as? String != nil && $0["failures"] as? Int == 0 }, "\(result)")
            #expect(!result.errors.contains("Left out"), "\(result)")
            runs.append(operations.compactMap { $0["runs"] as? Int })
        }
        // Half of the requests load messages; the same seed draws the same.
        #expect(runs[0] == runs[1] && runs[0].reduce(0, +) == 200 && (60...140).contains(runs[0][1]), "\(runs)")
    }

    @Test("says first that there is no such scenario, with or without a database", arguments: [[], ["shop.db"]])
    func noScenario(_ database: [String]) async throws {
        let result = try await Command(["load", "nosuch.yaml"] + database).run()
        #expect(result.status == 2 && result.errors.contains("no readable scenario file nosuch.yaml"), "\(result)")
        #expect(result.errors.contains("chat, renders, journeys, dchat, authchat"), "\(result)")
    }

    @Test("refuses a database that does not hold the application")
    func wrongDatabase() async throws {
        let shop = try await Shop.make(.sqlite)
        let result = try await Command("load", "chat", shop.argument).run()
        #expect(result.status == 2 && result.errors.contains("does not hold the application chat"), "\(result)")
    }
}
