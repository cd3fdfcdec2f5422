import MartletCore
import Testing

@Suite struct WholeLoopTests {
    @Test("finds, applies, verifies and undoes a finding on each engine", arguments: Dialect.allCases)
    func loop(_ dialect: Dialect) async throws {
        let shop = try await Shop.make(dialect)
        let finding = Shop.foreignKey(dialect)
        let folder = CommandFolder()
        let original = try await shop.schema()

        let before = try await Command("check", shop.argument, "--format", "json").run()
        #expect(before.status == 0, "\(before)")
        #expect(try before.findings().keys.contains(finding))

        let dryRun = try await Command("apply", shop.argument, finding, "--dry-run").in(folder).run()
        #expect(dryRun.status == 0, "\(dryRun)")
        #expect(dryRun.output.contains("CREATE INDEX"))
        #expect(folder.leftovers == [])
        #expect(try await shop.schema() == original)

        let applied = try await Command("apply", shop.argument, finding).in(folder).run()
        #expect(applied.status == 0, "\(applied)")
        let migration = try applied.migration()
        #expect(folder.leftovers == ["martlet-migrations"])
        #expect(try await shop.schema() != original)

        let verified = try await Command("verify", shop.argument).run()
        #expect(verified.status == 0, "\(verified)")
        #expect(verified.output.contains("\(migration): in place"))
        let status = try await Command("status", shop.argument).run()
        #expect(status.status == 0 && status.output.contains("\(migration)\n  applied"), "\(status)")

        let after = try await Command("check", shop.argument, "--format", "json").run()
        #expect(try !after.findings().keys.contains(finding))
        #expect(try after.findings().keys.allSatisfy { !$0.contains("martlet") }, "it reports its own tables: \(after)")

        let undone = try await Command("rollback", shop.argument).run()
        #expect(undone.status == 0 && undone.output == "\(migration): rolled back.\n", "\(undone)")
        #expect(try await shop.schema() == original)
    }

    @Test("applies and undoes each finding that check offers a command for", arguments: Dialect.allCases)
    func everyCommandOffered(_ dialect: Dialect) async throws {
        let shop = try await Shop.make(dialect)
        let findings = try await Command("check", shop.argument, "--format", "json").run().findings()
        let offered = findings.filter { ($0.value["next"] as? String)?.hasPrefix("martlet apply ") == true }
        #expect(offered.count >= 2)
        for (id, finding) in offered {
            let original = try await shop.schema()
            let applied = try await Command("apply", shop.argument, id).run()
            #expect(applied.status == 0, "\(finding): \(applied)")
            let undone = try await Command("rollback", shop.argument).run()
            #expect(undone.status == 0, "\(finding): \(undone)")
            #expect(try await shop.schema() == original)
        }
    }

    @Test("findings on tables of any script are applied one after the other", arguments: Dialect.allCases)
    func anyScript(_ dialect: Dialect) async throws {
        let shop = try await TestDatabase(
            dialect,
            script: """
                CREATE TABLE "клиент" (id INTEGER PRIMARY KEY);
                CREATE TABLE "заказ" (id INTEGER PRIMARY KEY, "а" INTEGER REFERENCES "клиент" (id),
                  "б" INTEGER REFERENCES "клиент" (id), "!" INTEGER REFERENCES "клиент" (id),
                  "?" INTEGER REFERENCES "клиент" (id));
                """
        )
        var migrations: Set<String> = []
        for column in ["а", "б", "!", "?"] {
            let finding = "foreign-key-without-index/\(Shop.schema(dialect)).заказ.\(column)"
            let applied = try await Command("apply", shop.argument, finding).run()
            #expect(applied.status == 0, "\(applied)")
            migrations.insert(try applied.migration())
        }
        #expect(migrations.count == 4, "\(migrations)")
        for migration in migrations {
            let undone = try await Command("rollback", migration).with("DATABASE_URL", shop.argument).run()
            #expect(undone.status == 0, "\(undone)")
        }
    }

    @Test("a migration whose table has another name is forgotten", arguments: Dialect.allCases)
    func forgets(_ dialect: Dialect) async throws {
        let shop = try await Shop.make(dialect)
        let finding = "duplicate-index/\(Shop.schema(dialect)).orders_placed_on"
        let migration = try await Command("apply", shop.argument, finding).run().migration()
        try await shop.run("ALTER TABLE orders RENAME TO orders_of_old")
        let refused = try await Command("rollback", shop.argument).run()
        #expect(refused.status != 0 && refused.errors.contains("martlet rollback --forget \(migration)"), "\(refused)")
        let unnamed = try await Command("rollback", shop.argument, "--forget").run()
        #expect(unnamed.status == 2, "\(unnamed)")
        let forgotten = try await Command("rollback", shop.argument, migration, "--forget").run()
        #expect(forgotten.status == 0 && forgotten.output == "\(migration): forgotten.\n", "\(forgotten)")
        let nothing = try await Command("rollback", shop.argument).run()
        #expect(nothing.status == 2, "\(nothing)")
    }

    @Test("applying what is applied says so, and does nothing", arguments: Dialect.allCases)
    func twice(_ dialect: Dialect) async throws {
        let shop = try await Shop.make(dialect)
        let finding = Shop.foreignKey(dialect)
        let first = try await Command("apply", shop.argument, finding).run()
        let folder = CommandFolder()
        let second = try await Command("apply", shop.argument, finding).in(folder).run()
        #expect(second.status == 0, "\(second)")
        #expect(try second.output.contains("\(first.migration()): already applied"))
        #expect(folder.leftovers == [])
        let status = try await Command("status", shop.argument, "--format", "json").run().json()
        #expect((status["migrations"] as? [Any])?.count == 1)
    }

    @Test("verify exits with 1 when somebody has undone the change by hand", arguments: Dialect.allCases)
    func undoneByHand(_ dialect: Dialect) async throws {
        let shop = try await Shop.make(dialect)
        let applied = try await Command("apply", shop.argument, Shop.foreignKey(dialect)).run()
        #expect(applied.status == 0, "\(applied)")
        try await shop.run("DROP INDEX orders_customer_id_idx")
        let verified = try await Command("verify", shop.argument).run()
        #expect(verified.status == 1, "\(verified)")
        #expect(verified.output.contains("NOT in place"))
        let undone = try await Command("rollback", shop.argument).run()
        #expect(undone.status == 0, "\(undone)")
    }

    @Test("takes the database from DATABASE_URL in each command", arguments: Dialect.allCases)
    func environment(_ dialect: Dialect) async throws {
        let shop = try await Shop.make(dialect)
        func run(_ arguments: String...) async throws -> CommandResult {
            try await Command(arguments).with("DATABASE_URL", shop.argument).run()
        }
        let finding = Shop.foreignKey(dialect)
        let check = try await run("check")
        #expect(check.status == 0, "\(check)")
        #expect(check.output.contains("martlet apply \(finding)\n"), "the command must work as it stands: \(check)")
        let applied = try await run("apply", finding)
        #expect(applied.status == 0, "\(applied)")
        #expect(try applied.output.contains("martlet rollback \(applied.migration())"))
        let migration = try applied.migration()
        for arguments in [["verify"], ["verify", migration], ["status"], ["rollback", migration]] {
            let result = try await Command(arguments).with("DATABASE_URL", shop.argument).run()
            #expect(result.status == 0, "\(arguments): \(result)")
        }
    }

    @Test("fails on findings from the severity that --fail-on names")
    func threshold() async throws {
        let shop = try await Shop.make(.sqlite)
        for (severity, status) in [("never", 0), ("critical", 0), ("warning", 1), ("note", 1)] {
            let result = try await Command("check", shop.argument, "--fail-on", severity).run()
            #expect(result.status == Int32(status), "\(severity): \(result)")
        }
    }

    @Test("exits with 4 for a finding that only a person can mend, and says how")
    func advice() async throws {
        let database = try await TestDatabase(.sqlite, script: "CREATE TABLE keyless (a INTEGER, b TEXT)")
        let folder = CommandFolder()
        let result = try await Command("apply", database.argument, "table-without-primary-key/main.keyless")
            .in(folder).run()
        #expect(result.status == 4, "\(result)")
        #expect(result.errors.contains("primary key"))
        #expect(folder.leftovers == [])
    }
}
