import Foundation
import MartletCore
import Testing

@Suite("martlet load through a pool")
struct PooledLoadTests {
    private static let scenario = """
        operations:
          - name: customer
            sql: SELECT name FROM customers WHERE id = :customer
            parameters: {customer: {from: 1, to: 200}}
          - name: orders
            sql: [SELECT total FROM orders WHERE customer_id = :customer, SELECT count(*) FROM customers]
            transaction: true
            parameters: {customer: {values: [1, 2, 3]}}
        """

    private func load(_ database: String, _ options: [String]) async throws -> CommandResult {
        let folder = CommandFolder()
        try Data(Self.scenario.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/shop.yaml"))
        return try await Command(["load", "shop.yaml", database] + options).in(folder).run()
    }

    @Test("all clients get their turn, closed and open, and the report tells of the pool", arguments: Dialect.allCases)
    func turns(_ dialect: Dialect) async throws {
        let shop = try await Shop.make(dialect)
        let options = ["-c", "12", "--pool", "2", "-t", "20", "--warm-up", "10ms"]
        for rate in [[], ["--rate", "5000"]] {
            let result = try await load(shop.argument, options + rate)
            #expect(result.status == 0, "\(result)")
            #expect(result.output.contains("12 clients of a pool of 2 connections"), "\(result)")
            let json = try await load(shop.argument, options + rate + ["--format", "json"]).json()
            let operations = try #require(json["operations"] as? [[String: Any]])
            #expect(operations.compactMap { $0["runs"] as? Int }.reduce(0, +) == 240)
            #expect(operations.allSatisfy { $0["failures"] as? Int == 0 })
            #expect(json["pool"] as? Int == 2 && json["connections"] as? Int == 12)
        }
    }

    @Test("a pool that gets no session ends the load before it begins")
    func noServer() async throws {
        let result = try await load("postgres://nobody@127.0.0.1:1/none", ["--pool", "2"])
        #expect(result.status == 3 && result.output == "", "\(result)")
    }

    @Test("refuses a pool without a session")
    func noSession() async throws {
        let result = try await load("shop.db", ["--pool", "0"])
        #expect(result.status == 2 && result.errors.contains("--pool is from 1"), "\(result)")
    }
}
