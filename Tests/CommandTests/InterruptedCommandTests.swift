import Foundation
import Glibc
import MartletCore
import Testing

/// Ctrl-C and kill -9 at the worst moments: nothing is lost, and `status` says where it stands.
@Suite struct InterruptedCommandTests {
    @Test("Ctrl-C during a demo ends it with 130 and leaves nothing behind", arguments: Dialect.allCases)
    func demo(_ dialect: Dialect) async throws {
        let folder = CommandFolder()
        let demo = try Command("demo", "chat", "--engine", dialect.rawValue).in(folder).start()
        try await demo.says("Capture: what the application does")
        let started = demo.descendants
        let server = started.folderOfServer
        #expect((server != nil) == (dialect == .postgres), "\(started)")
        demo.send(SIGINT)
        let result = try await demo.end()
        #expect(result.status == 130, "\(result)")
        #expect(result.errors.contains("interrupted"), "\(result)")
        #expect(folder.leftovers == [])
        try await demo.waitForEnd(of: started)
        if let server { #expect(!FileManager.default.fileExists(atPath: server), "\(server) is left behind") }
    }

    @Test("Ctrl-C while a benchmark measures how long others wait ends it with 130", arguments: Dialect.allCases)
    func waits(_ dialect: Dialect) async throws {
        let folder = CommandFolder()
        let options = ["--rows", "4f", "--row-time", "20s", "--engine", dialect.rawValue]
        let bench = try Command(["bench", "authchat"] + options).in(folder).start()
        // The verdict comes first, then a minute of waits.
        try await bench.says("  4f: ")
        try await Task.sleep(for: .seconds(1))
        let started = bench.descendants
        bench.send(SIGINT)
        let result = try await bench.end()
        #expect(result.status == 130 && result.errors.contains("interrupted"), "\(result)")
        #expect(folder.leftovers == [])
        try await bench.waitForEnd(of: started)
    }

    @Test(
        "kill -9 during a demo leaves no server and no folder of one, whatever it was doing",
        arguments: ["sh", "/postgres", "Capture"]
    )
    func killedDemo(_ moment: String) async throws {
        let demo = try Command("demo", "chat", "--engine", "postgres").start()
        var started: [ProcessEntry] = []
        try await demo.waiting(for: moment) {
            started = demo.descendants
            return started.contains { $0.words.first?.hasSuffix(moment) == true } || demo.output.contains(moment)
        }
        // At the first moment the shell that owns the server has just been started, and nothing tells its folder yet.
        let server = started.folderOfServer
        demo.send(SIGKILL)
        #expect(try await demo.end().status == 137)
        try await demo.waitForEnd(of: started)
        #expect(server != nil || moment == "sh")
        if let server { #expect(!FileManager.default.fileExists(atPath: server), "\(server) is left behind") }
    }

    @Test("Ctrl-C while apply waits for a lock makes no index, and the same command goes on later")
    func waitingApply() async throws {
        let shop = try await Shop.make(.postgres)
        let original = try await shop.schema()
        let finding = Shop.foreignKey(.postgres)
        try await shop.engine.withConnection(.readWrite) { writer in
            _ = try await writer.run("BEGIN")
            _ = try await writer.run("UPDATE orders SET total = 1 WHERE id = 1")
            let apply = try Command("apply", shop.argument, finding).start()
            try await apply.says("step 1 of 1")
            try await apply.waiting(for: "its wait for a lock") {
                let waiting =
                    "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONC%' "
                    + "AND wait_event_type = 'Lock' AND datname = current_database()"
                return try await !shop.rows(waiting).isEmpty
            }
            apply.send(SIGINT)
            let result = try await apply.end()
            #expect(result.status == 130, "\(result)")
            _ = try await writer.run("ROLLBACK")
        }
        #expect(
            try await shop.rows(
                "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('orders_customer_id_idx') AND indisvalid"
            ) == []
        )
        let status = try await Command("status", shop.argument).run()
        #expect(status.status == 0 && status.output.contains("after 0 of 1 steps"), "\(status)")
        try await expectThatItGoesOn(shop, finding, original)
    }

    @Test("kill -9 while an index is built on a server leaves it invalid; apply completes it, rollback undoes it")
    func killedOnServer() async throws {
        let shop = try await Shop.make(.postgres)
        let original = try await shop.schema()
        let finding = Shop.foreignKey(.postgres)
        let building = "SELECT 1 FROM pg_index WHERE NOT indisvalid"
        try await shop.engine.withConnection(.readWrite) { writer in
            _ = try await writer.run("BEGIN")
            _ = try await writer.run("UPDATE orders SET total = 1 WHERE id = 1")
            let apply = try Command("apply", shop.argument, finding).start()
            try await apply.waiting(for: "an index that is not valid yet") { try await !shop.rows(building).isEmpty }
            apply.send(SIGKILL)
            #expect(try await apply.end().status == 137)
            // The server notices that nobody listens when the wait for the lock ends.
            try await apply.waiting(for: "the end of its session") {
                try await shop.rows(
                    "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND datname = current_database()"
                )
                .isEmpty
            }
            _ = try await writer.run("ROLLBACK")
        }
        #expect(try await !shop.rows(building).isEmpty, "the build left nothing invalid, so this tests nothing")
        let status = try await Command("status", shop.argument).run()
        #expect(status.status == 0 && status.output.contains("interrupted after 0 of 1 steps"), "\(status)")
        try await expectThatItGoesOn(shop, finding, original)
    }

    @Test("kill -9 while an index is built in a file leaves the file intact, and the same command goes on")
    func killedOnFile() async throws {
        let shop = try await Shop.make(.sqlite)
        // Large enough for the build to take longer than a signal.
        try await shop.run(
            """
            INSERT INTO orders
            WITH RECURSIVE n(i) AS (SELECT 4001 UNION ALL SELECT i + 1 FROM n WHERE i < 600000)
            SELECT i, abs(random() % 200) + 1, '2026-01-01', 1 FROM n
            """
        )
        let original = try await shop.schema()
        let finding = Shop.foreignKey(.sqlite)
        let apply = try Command("apply", shop.argument, finding).start()
        try await apply.says("step 1 of 1")
        apply.send(SIGKILL)
        #expect(try await apply.end().status == 137)
        #expect(try await shop.schema() == original)
        #expect(try await shop.rows("PRAGMA quick_check") == [["ok"]])
        let status = try await Command("status", shop.argument).run()
        #expect(status.status == 0 && status.output.contains("interrupted after 0 of 1 steps"), "\(status)")
        try await expectThatItGoesOn(shop, finding, original)
    }

    private func expectThatItGoesOn(_ shop: TestDatabase, _ finding: String, _ original: [String]) async throws {
        let again = try await Command("apply", shop.argument, finding).run()
        #expect(again.status == 0, "\(again)")
        #expect(again.errors.contains("going on with it"), "\(again)")
        let verified = try await Command("verify", shop.argument).run()
        #expect(verified.status == 0, "\(verified)")
        let undone = try await Command("rollback", shop.argument).run()
        #expect(undone.status == 0, "\(undone)")
        #expect(try await shop.schema() == original)
    }
}
