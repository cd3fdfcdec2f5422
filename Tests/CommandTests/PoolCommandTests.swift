import Foundation
import MartletCore
import Testing

/// `martlet pool advise` adds up, refuses what does not fit, and changes nothing.
@Suite struct PoolCommandTests {
    @Test("a plan that fits the server ends with 0, one that does not with 1")
    func plan() async throws {
        let database = try await TestDatabase(.postgres, script: "CREATE TABLE t (id integer)")
        let fits = try await Command("pool", "advise", database.argument, "--max", "20", "--overflow", "40").run()
        #expect(fits.status == 0, "\(fits)")
        #expect(fits.output.hasPrefix("The plan fits: (20 + 40) × 1 = 60 of 97"), "\(fits)")
        let each = ["--max", "20", "--overflow", "40", "--processes", "2"]
        let tooLarge = try await Command(["pool", "advise", database.argument] + each).run()
        #expect(tooLarge.status == 1, "\(tooLarge)")
        #expect(tooLarge.output.hasPrefix("The plan does NOT fit: (20 + 40) × 2 = 120"), "\(tooLarge)")
    }

    @Test("its JSON has the sum and, after a sweep, each size", arguments: Dialect.allCases)
    func json(dialect: Dialect) async throws {
        let database = try await TestDatabase(dialect, script: "CREATE TABLE t (id integer)")
        let arguments = ["--sweep", "--statement", "SELECT count(*) FROM t", "--duration", "10ms", "--format", "json"]
        let result = try await Command(["pool", "advise", database.argument] + arguments).run()
        #expect(result.status == 0, "\(result)")
        let json = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(json["basis"] as? String == "sweep")
        #expect((json["advisedMax"] as? Int ?? 0) > 0)
        #expect((json["sweep"] as? [Any] ?? []).count > 3)
        let server = json["server"] as? [String: Any]
        #expect(server?["available"] as? Int == (dialect == .postgres ? 97 : nil))
    }

    @Test("a statement that would change something is refused, and nothing is changed", arguments: Dialect.allCases)
    func readOnly(dialect: Dialect) async throws {
        let database = try await TestDatabase(dialect, script: "CREATE TABLE t (id integer); INSERT INTO t VALUES (1)")
        let arguments = ["--sweep", "--statement", "DELETE FROM t", "--duration", "10ms"]
        let result = try await Command(["pool", "advise", database.argument] + arguments).run()
        #expect(result.status == 4, "\(result)")
        let left = try await database.rows("SELECT 'left' FROM t")
        #expect(left == [["left"]])
    }

    @Test(
        "wrong usage is said to be",
        arguments: [["--processes", "0"], ["--overflow", "3"], ["--statement", "SELECT 2"], ["--max", "0"]]
    )
    func usage(arguments: [String]) async throws {
        let result = try await Command(["pool", "advise", "app.db"] + arguments).run()
        #expect(result.status == 2, "\(result)")
    }
}
