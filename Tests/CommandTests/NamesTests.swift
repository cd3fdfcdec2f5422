import Foundation
import MartletCore
import Testing

/// Names that must be quoted, and tables that are as wide as they may be.
@Suite struct NamesTests {
    /// A table and a column for each kind of name that a schema may hold.
    static let names: [(table: String, column: String)] = [
        ("Order Lines", "Customer Id"), ("ORDERS", "CustomerID"), ("select", "from"), ("it's", "won't"),
        ("naïve_été", "größe"), ("订单", "客户"), ("semi;colon", "per%cent"), ("a\"b", "c\"d"), ("--", "/*"),
        ("tab\tname", "new\nline"),
    ]

    @Test(
        "finds, applies and undoes under names that must be quoted",
        arguments: Dialect.allCases,
        Self.names.indices
    )
    func quoted(_ dialect: Dialect, _ position: Int) async throws {
        let (table, column) = Self.names[position]
        let (parent, child) = (Identifier("the \(table)").quoted, Identifier(table).quoted)
        let key = Identifier(column).quoted
        let database = try await TestDatabase(
            dialect,
            name: "names.db",
            script: """
                CREATE TABLE \(parent) (id INTEGER PRIMARY KEY);
                CREATE TABLE \(child) (id INTEGER PRIMARY KEY, \(key) INTEGER REFERENCES \(parent) (id));
                INSERT INTO \(parent) VALUES (1);
                INSERT INTO \(child) VALUES (1, 1);
                """
        )
        let original = try await database.schema()
        let check = try await Command("check", database.argument, "--format", "json").run()
        let id = "foreign-key-without-index/\(Shop.schema(dialect)).\(table).\(column)"
        #expect(try check.findings().keys.contains(id), "\(check)")
        let applied = try await Command("apply", database.argument, id).run()
        #expect(applied.status == 0, "\(applied)")
        let verified = try await Command("verify", database.argument).run()
        #expect(verified.status == 0, "\(verified)")
        let after = try await Command("check", database.argument, "--format", "json").run()
        #expect(try !after.findings().keys.contains(id), "\(after)")
        let undone = try await Command("rollback", database.argument).run()
        #expect(undone.status == 0, "\(undone)")
        #expect(try await database.schema() == original)
    }

    @Test("the command that check prints works in a shell as it stands", arguments: Dialect.allCases)
    func copied(_ dialect: Dialect) async throws {
        let database = try await TestDatabase(
            dialect,
            name: "my shop's data.db",
            script: """
                CREATE TABLE "Mine" (id INTEGER PRIMARY KEY);
                CREATE TABLE "It's $HOME; a `b`" (id INTEGER PRIMARY KEY, "Mine Id" INTEGER REFERENCES "Mine" (id));
                """
        )
        let check = try await Command("check", database.argument).run()
        let next = try #require(check.output.split(separator: "\n").first { $0.contains("martlet apply ") }, "\(check)")
        let line = next.trimmingCharacters(in: .whitespaces)
        let dryRun = try await Command(line: line + " --dry-run").run()
        #expect(dryRun.status == 0 && dryRun.output.contains("CREATE INDEX"), "\(line): \(dryRun)")
    }

    @Test(
        "checks and mends a table of as many columns as the engine allows",
        arguments: [(Dialect.sqlite, 2_000), (.postgres, 1_600)]
    )
    func wide(_ dialect: Dialect, _ columns: Int) async throws {
        let list = (3...columns).map { "c\($0) smallint" }.joined(separator: ", ")
        let database = try await TestDatabase(
            dialect,
            name: "wide.db",
            script: """
                CREATE TABLE parent (id INTEGER PRIMARY KEY);
                CREATE TABLE wide (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id), \(list));
                """
        )
        let id = "foreign-key-without-index/\(Shop.schema(dialect)).wide.parent_id"
        let check = try await Command("check", database.argument, "--format", "json").run()
        #expect(try check.findings().keys.contains(id), "\(check)")
        let applied = try await Command("apply", database.argument, id).run()
        #expect(applied.status == 0, "\(applied)")
        let undone = try await Command("rollback", database.argument).run()
        #expect(undone.status == 0, "\(undone)")
    }
}
