import Foundation
import MartletCore
import MartletTesting
import Testing

/// Each failure of a server gives one clear sentence and exits with 3 or 4; no password is ever shown.
@Suite struct BadServerTests {
    private static let password = "Tr0ub4dor&3"
    private static let encodedPassword = "Tr0ub4dor%263"

    private func expectOneSentence(_ result: CommandResult, status: Int32, naming words: String...) {
        #expect(result.status == status, "\(result)")
        #expect(result.output == "", "\(result)")
        #expect(result.errorLines.count == 1, "\(result)")
        for word in words { #expect(result.errors.contains(word), "\(result)") }
        for secret in [Self.password, Self.encodedPassword] {
            #expect(!"\(result)".contains(secret), "it shows the password: \(result)")
        }
    }

    @Test(
        "a server that is down is said to be",
        arguments: [["check"], ["status"], ["verify"], ["rollback"], ["apply"]],
        [
            "postgres://app:\(encodedPassword)@127.0.0.1:1/shop", "host=/nowhere user=app password='\(password)'",
            "postgres://app:\(encodedPassword)@no-such-host.invalid/shop",
        ]
    )
    func down(_ command: [String], _ database: String) async throws {
        let arguments = command + [database] + (command == ["apply"] ? ["duplicate-index/public.a"] : [])
        expectOneSentence(try await Command(arguments).run(), status: 3, naming: "PostgreSQL cannot be reached")
    }

    @Test(
        "a connection string that cannot be used is wrong usage, whatever the command",
        arguments: [["check"], ["status"], ["verify"], ["rollback"], ["apply"]],
        [
            "postgres://app:\(encodedPassword)@127.0.0.1:99999/shop", "postgres://app:\(encodedPassword)@[::1/shop",
            "host=127.0.0.1 password='\(password)' sslmode=requre", "host=127.0.0.1 password=\(password) speed=1",
        ]
    )
    func badConnectionString(_ command: [String], _ database: String) async throws {
        let arguments = command + [database] + (command == ["apply"] ? ["duplicate-index/public.a"] : [])
        expectOneSentence(try await Command(arguments).run(), status: 2, naming: "connection string")
    }

    @Test("a wrong password is refused without showing it, and the right one is taken from PGPASSWORD or the URL")
    func wrongPassword() async throws {
        let server = try await PrivatePostgres.start()
        _ = try await server.query("CREATE ROLE app LOGIN PASSWORD '\(Self.password)'")
        let rules = "local all postgres trust\nlocal all all scram-sha-256\n"
        try Data(rules.utf8).write(to: URL(fileURLWithPath: "\(server.folder)/primary/pg_hba.conf"), options: [])
        _ = try await server.query("SELECT pg_reload_conf()")

        let socket = server.folder.replacing("/", with: "%2F")
        func url(_ password: String) -> String { "postgres://app:\(password)@/postgres?host=\(socket)" }
        // The server reads its rules again within some milliseconds.
        var wrong = try await Command("check", url("wrong-one")).run()
        for _ in 0..<50 where wrong.status == 0 { wrong = try await Command("check", url("wrong-one")).run() }
        expectOneSentence(wrong, status: 3, naming: "password")
        #expect(!"\(wrong)".contains("wrong-one"), "it shows the password: \(wrong)")

        let right = try await Command("check", url(Self.encodedPassword)).run()
        #expect(right.status == 0, "\(right)")
        #expect(!"\(right)".contains("Tr0ub4dor"), "it shows the password: \(right)")
        let variable = try await Command("check", "host=\(server.folder) user=app dbname=postgres")
            .with("PGPASSWORD", Self.password).run()
        #expect(variable.status == 0, "\(variable)")
        let stopped = server.connectionString()
        await server.stop()
        expectOneSentence(try await Command("check", stopped).run(), status: 3, naming: "cannot be reached")
    }

    @Test("a password in the URL shows in no output, no JSON, no file and no journal")
    func secrets() async throws {
        let shop = try await Shop.make(.postgres)
        let database = try #require(try await shop.rows("SELECT current_database()::text").first?.first)
        let socket = try await PrivatePostgres.shared().folder.replacing("/", with: "%2F")
        let url = "postgres://postgres:\(Self.encodedPassword)@/\(database)?host=\(socket)"
        let folder = CommandFolder()
        let finding = Shop.foreignKey(.postgres)
        let lines = [
            ["check", url], ["check", url, "--format", "json"], ["apply", url, finding, "--dry-run"],
            ["apply", url, finding], ["apply", url, "no/such"], ["verify", url], ["status", url],
            ["status", url, "--format", "json"], ["rollback", url], ["rollback", url],
        ]
        for line in lines {
            let result = try await Command(line).in(folder).run()
            #expect(result.status <= 2, "\(line): \(result)")
            for secret in [Self.password, Self.encodedPassword] {
                #expect(!"\(result)".contains(secret), "\(line) shows the password: \(result)")
            }
        }
        let journal = try await shop.rows("SELECT m::text FROM martlet.migrations m")
        #expect(!journal.isEmpty && !"\(journal)".contains("Tr0ub4dor"))
        let files = FileManager.default.enumerator(atPath: folder.path)
        while let file = files?.nextObject() as? String {
            let content = FileManager.default.contents(atPath: "\(folder.path)/\(file)") ?? Data()
            #expect(!String(decoding: content, as: UTF8.self).contains("Tr0ub4dor"), "\(file)")
        }
    }

    @Test("a database that does not exist is named")
    func noSuchDatabase() async throws {
        let server = try await PrivatePostgres.shared()
        let result = try await Command("check", server.connectionString(database: "no_such_db")).run()
        expectOneSentence(result, status: 3, naming: "no_such_db")
    }

    @Test("a role without rights can check, and is refused by apply, which changes nothing")
    func privileges() async throws {
        let shop = try await Shop.make(.postgres)
        let role = "guest_\(UUID().uuidString.prefix(8).lowercased())"
        try await shop.run("CREATE ROLE \(role) LOGIN")
        let guest = shop.argument.replacing("user=postgres", with: "user=\(role)")
        let original = try await shop.schema()

        let check = try await Command("check", guest).run()
        #expect(check.status == 0, "\(check)")
        let folder = CommandFolder()
        let apply = try await Command("apply", guest, Shop.foreignKey(.postgres)).in(folder).run()
        #expect(apply.status == 3, "\(apply)")
        #expect(apply.errors.contains("permission denied"), "\(apply)")
        #expect(try await shop.schema() == original)
        let status = try await Command("status", guest).run()
        #expect(status.status == 0, "\(status)")
    }
}
