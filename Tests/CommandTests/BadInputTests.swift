import Foundation
import MartletCore
import MartletTesting
import Testing

/// Each bad input gives one clear sentence, the right exit status, and changes nothing.
@Suite struct BadInputTests {
    private static let commands = [["check"], ["status"], ["verify"], ["rollback"], ["apply"]]

    /// The arguments of a command on a database; `apply` needs a finding beside it.
    private static func line(_ command: [String], _ database: String) -> Command {
        Command(command + [database] + (command == ["apply"] ? ["duplicate-index/main.a"] : []))
    }

    private func expectOneSentence(_ result: CommandResult, status: Int32, naming words: String...) {
        #expect(result.status == status, "\(result)")
        #expect(result.output == "", "\(result)")
        #expect(result.errorLines.count == 1, "\(result)")
        #expect(result.errors.hasPrefix("martlet: "), "\(result)")
        for word in words { #expect(result.errors.contains(word), "\(result)") }
    }

    @Test("says which database to name when none is", arguments: commands)
    func noDatabase(_ command: [String]) async throws {
        let arguments = command == ["apply"] ? ["apply", "duplicate-index/main.a"] : command
        let result = try await Command(arguments).run()
        expectOneSentence(result, status: 2, naming: "DATABASE_URL")
    }

    @Test(
        "a URL of another database or in another form is told from the path of a file, and shows no password",
        arguments: commands,
        [
            "mysql://root:hunter2@localhost/shop", "postgresql+psycopg2://app:hunter2@localhost/shop",
            "jdbc:postgresql://app:hunter2@localhost/shop", "Postgres://app:hunter2@localhost/shop",
            "postgres:/app:hunter2@localhost/shop",
        ]
    )
    func otherURL(_ command: [String], _ database: String) async throws {
        let result = try await Self.line(command, database).run()
        expectOneSentence(result, status: 2, naming: "postgres://")
        #expect(!result.errors.contains("hunter2"), "\(result)")
    }

    @Test("apply asks for a finding when only a database is named, and shows no password")
    func noFinding() async throws {
        let file = try await Command("apply", "shop.db").run()
        expectOneSentence(file, status: 2, naming: "no finding", "martlet check shop.db")
        let server = try await Command("apply", "postgres://app:hunter2@localhost/shop").run()
        expectOneSentence(server, status: 2, naming: "no finding", "martlet check")
        #expect(!server.errors.contains("hunter2"), "\(server)")
    }

    @Test("apply says why its files cannot be written, and changes nothing")
    func unwritableFiles() async throws {
        let shop = try await Shop.make(.sqlite)
        let folder = CommandFolder()
        try Data("notes".utf8).write(to: URL(fileURLWithPath: folder.path + "/notes.txt"))
        let arguments = ["apply", shop.argument, Shop.foreignKey(.sqlite), "--directory", "notes.txt"]
        let result = try await Command(arguments).in(folder).run()
        #expect(result.status == 4 && result.errors.contains("notes.txt is a file"), "\(result)")
        #expect(try await Command("status", shop.argument).run().output.hasPrefix("No migration"))
    }

    @Test("a file may stand as a URL, with parameters that are left out", arguments: ["file:", "sqlite:", "sqlite://"])
    func fileURL(_ prefix: String) async throws {
        let shop = try await Shop.make(.sqlite)
        let result = try await Command("check").with("DATABASE_URL", "\(prefix)\(shop.argument)?mode=ro").run()
        #expect(result.status == 0 && result.output.contains("2 tables"), "\(result)")
    }

    @Test("a file that does not exist is neither opened nor created", arguments: commands)
    func noSuchFile(_ command: [String]) async throws {
        let folder = CommandFolder()
        let result = try await Self.line(command, "missing.db").in(folder).run()
        expectOneSentence(result, status: 2, naming: "missing.db")
        #expect(folder.leftovers == [])
    }

    @Test("a file that is no database is told from one", arguments: commands)
    func notSQLite(_ command: [String]) async throws {
        let folder = CommandFolder()
        let text = Data(String(repeating: "This is a letter, not a database.\n", count: 100).utf8)
        try text.write(to: URL(fileURLWithPath: folder.path + "/letter.txt"))
        let result = try await Self.line(command, "letter.txt").in(folder).run()
        expectOneSentence(result, status: 2, naming: "letter.txt", "not an SQLite database")
        #expect(FileManager.default.contents(atPath: folder.path + "/letter.txt") == text)
    }

    @Test("a directory is told from a file", arguments: commands)
    func directory(_ command: [String]) async throws {
        let result = try await Self.line(command, "/tmp").run()
        expectOneSentence(result, status: 2, naming: "“/tmp” is a directory")
    }

    @Test("an empty file is an empty database: nothing to check, nothing to undo")
    func emptyFile() async throws {
        let folder = CommandFolder()
        try Data().write(to: URL(fileURLWithPath: folder.path + "/empty.db"))
        let check = try await Command("check", "empty.db").in(folder).run()
        #expect(check.status == 0 && check.output.contains("no table"), "\(check)")
        let status = try await Command("status", "empty.db").in(folder).run()
        #expect(status.status == 0 && status.output.contains("No migration"), "\(status)")
        let verify = try await Command("verify", "empty.db").in(folder).run()
        #expect(verify.status == 0 && verify.output.contains("nothing to verify"), "\(verify)")
        expectOneSentence(try await Command("rollback", "empty.db").in(folder).run(), status: 2, naming: "empty.db")
        let apply = try await Command("apply", "empty.db", "duplicate-index/main.a").in(folder).run()
        expectOneSentence(apply, status: 2, naming: "duplicate-index/main.a")
        #expect(FileManager.default.contents(atPath: folder.path + "/empty.db") == Data())
    }

    @Test("an empty database on a server has nothing to check")
    func emptyDatabase() async throws {
        let database = try await TestDatabase(.postgres, script: "SELECT 1")
        let check = try await Command("check", database.argument).run()
        #expect(check.status == 0 && check.output.contains("no table"), "\(check)")
    }

    @Test("a read-only file is checked, and refused by apply before anything is written")
    func readOnlyFile() async throws {
        let shop = try await Shop.make(.sqlite)
        let folder = CommandFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: shop.argument)
        let check = try await Command("check", shop.argument).boundByPermissions().run()
        #expect(check.status == 0, "\(check)")
        let apply = try await Command("apply", shop.argument, Shop.foreignKey(.sqlite)).in(folder)
            .boundByPermissions().run()
        #expect(apply.status == 4, "\(apply)")
        #expect(apply.errors.contains("cannot be written"), "\(apply)")
        #expect(folder.leftovers == [], "no files for what is not applied")
        let rollback = try await Command("status", shop.argument).boundByPermissions().run()
        #expect(rollback.status == 0, "\(rollback)")
    }

    @Test("a file that somebody holds is said to be locked, and can be read again afterwards")
    func lockedFile() async throws {
        let shop = try await Shop.make(.sqlite)
        try await shop.engine.withConnection(.readWrite) { connection in
            try await connection.runScript("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ANALYZE")
            let check = try await Command("check", shop.argument).run()
            expectOneSentence(check, status: 4, naming: "is locked by another process")
            try await connection.runScript("ROLLBACK")
        }
        let check = try await Command("check", shop.argument).run()
        #expect(check.status == 0, "\(check)")
    }

    @Test("a table that somebody holds is reported with who holds it, and the rest is examined")
    func lockedTable() async throws {
        let shop = try await Shop.make(.postgres)
        try await shop.engine.withConnection(.readWrite) { connection in
            try await connection.runScript("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
            let session = try await connection.run("SELECT pg_backend_pid()")[0].decode(Int.self, at: 0)
            let check = try await Command("check", shop.argument).run()
            #expect(check.status == 0 && check.errors.isEmpty, "\(check)")
            #expect(check.output.contains("largest-relations/database"), "\(check)")
            let finding = "locked-table/public.orders"
            let only = try await Command("check", shop.argument, "--only", finding).run()
            #expect(only.output.contains("pg_terminate_backend(\(session))"), "\(only)")
            #expect(!only.output.contains("customers"), "\(only)")
            let apply = try await Command("apply", shop.argument, finding).run()
            expectOneSentence(apply, status: 4, naming: "is not for Martlet to change")
        }
    }

    @Test("a file that may not be read is said to be one")
    func unreadableFile() async throws {
        let shop = try await Shop.make(.sqlite)
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: shop.argument)
        let result = try await Command("check", shop.argument).boundByPermissions().run()
        expectOneSentence(result, status: 3, naming: "cannot be read")
        let status = try await Command("status", shop.argument).boundByPermissions().run()
        expectOneSentence(status, status: 3, naming: "cannot be read")
        #expect(!status.errors.contains("role"), "\(status)")
    }

    @Test("a finding that does not exist is no file and no migration", arguments: Dialect.allCases)
    func noSuchFinding(_ dialect: Dialect) async throws {
        let shop = try await Shop.make(dialect)
        let folder = CommandFolder()
        let result = try await Command("apply", shop.argument, "duplicate-index/nowhere").in(folder).run()
        expectOneSentence(result, status: 2, naming: "duplicate-index/nowhere", "martlet check")
        #expect(folder.leftovers == [])
        let rollback = try await Command("rollback", shop.argument, "20260101-000000-nothing").run()
        expectOneSentence(rollback, status: 2, naming: "20260101-000000-nothing")
        let verify = try await Command("verify", shop.argument, "20260101-000000-nothing").run()
        expectOneSentence(verify, status: 2, naming: "20260101-000000-nothing")
    }

    @Test(
        "a wrong command line exits with 2 and shows the right one",
        arguments: [
            ["chek", "a.db"], ["check", "a.db", "--format", "xml"], ["check", "a.db", "--fail-on", "bad"],
            ["apply"], ["demo", "shop"], ["demo", "--rtt", "5"], ["demo", "--engine", "oracle"],
            ["check", "--nonsense"],
        ]
    )
    func usage(_ arguments: [String]) async throws {
        let result = try await Command(arguments).run()
        #expect(result.status == 2, "\(result)")
        #expect(result.output == "" && result.errors.contains("Usage: martlet"), "\(result)")
    }
}
