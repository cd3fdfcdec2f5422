import Foundation
import MartletCore
import MartletTesting
import Testing

/// What programs and people may rely on in the output.
@Suite struct OutputTests {
    /// Keys of the JSON of `check`, which keep their names.
    private static let checkKeys: Set = ["database", "dialect", "version", "sizeBytes", "tables", "findings"]
    private static let findingKeys: Set = ["id", "rule", "subject", "severity", "title", "evidence", "remedies"]

    @Test("check as JSON has its keys, and each finding its own", arguments: Dialect.allCases)
    func checkDocument(_ dialect: Dialect) async throws {
        let shop = try await Shop.make(dialect)
        let result = try await Command("check", shop.argument, "--format", "json").run()
        let document = try result.json()
        #expect(Self.checkKeys.isSubset(of: document.keys), "\(result)")
        #expect(document["dialect"] as? String == dialect.rawValue)
        #expect((document["sizeBytes"] as? Int ?? 0) > 0)
        #expect(document["tables"] as? Int == 2)
        for (id, finding) in try result.findings() {
            #expect(Self.findingKeys.isSubset(of: finding.keys), "\(finding)")
            #expect(id == "\(finding["rule"] ?? "")/\(finding["subject"] ?? "")")
            #expect(["note", "warning", "critical"].contains(finding["severity"] as? String))
            for remedy in try #require(finding["remedies"] as? [[String: Any]]) {
                #expect(Set(["kind", "summary"]).isSubset(of: remedy.keys))
            }
        }
        let next = try result.findings()[Shop.foreignKey(dialect)]?["next"] as? String
        #expect(next?.hasPrefix("martlet apply ") == true && next?.hasSuffix(Shop.foreignKey(dialect)) == true)
    }

    @Test("status as JSON has its keys", arguments: Dialect.allCases)
    func statusDocument(_ dialect: Dialect) async throws {
        let shop = try await Shop.make(dialect)
        let empty = try await Command("status", shop.argument, "--format", "json").run()
        #expect((try empty.json()["migrations"] as? [Any])?.isEmpty == true, "\(empty)")
        let applied = try await Command("apply", shop.argument, Shop.foreignKey(dialect)).run()
        let status = try await Command("status", shop.argument, "--format", "json").run()
        let entry = try #require((status.json()["migrations"] as? [[String: Any]])?.first)
        #expect(Set(["id", "finding", "summary", "state", "standing", "updatedAt"]).isSubset(of: entry.keys))
        #expect(try entry["id"] as? String == applied.migration())
        #expect(entry["finding"] as? String == Shop.foreignKey(dialect))
        #expect(entry["state"] as? String == "applied")
    }

    @Test("has no escape codes where it is not a terminal, and with --color always has them but for NO_COLOR's sake")
    func color() async throws {
        let shop = try await Shop.make(.sqlite)
        let escape = "\u{1B}"
        for arguments in [["check", shop.argument], ["check", shop.argument, "--color", "never"]] {
            let result = try await Command(arguments).with("TERM", "xterm-256color").run()
            #expect(!"\(result)".contains(escape), "\(result)")
        }
        let always = try await Command("check", shop.argument, "--color", "always").run()
        #expect(always.output.contains(escape))
        let quiet = try await Command("check", shop.argument).with("NO_COLOR", "1").with("TERM", "xterm").run()
        #expect(!"\(quiet)".contains(escape))
    }

    @Test("no line ends in white space, and each but statements and locks is short enough to read")
    func shape() async throws {
        let shop = try await Shop.make(.sqlite)
        let result = try await Command("check", shop.argument).run()
        for line in result.output.split(separator: "\n", omittingEmptySubsequences: false) {
            #expect(line.last?.isWhitespace != true, "“\(line)”")
        }
    }

    @Test("check says on a small file what it always says")
    func golden() async throws {
        let folder = CommandFolder()
        let shop = try await Shop.make(.sqlite)
        try FileManager.default.copyItem(atPath: shop.argument, toPath: folder.path + "/shop.db")
        let result = try await Command("check", "shop.db").in(folder).run()
        let url = try #require(Bundle.module.url(forResource: "Fixtures/check-shop", withExtension: "txt"))
        let expected = try String(contentsOf: url, encoding: .utf8)
        let version = try await shop.catalog().version
        #expect(result.output == expected.replacing("SQLite 3.40.1", with: "SQLite \(version)"), "\(result)")
    }

    @Test("a reader that goes does not end a migration half way", arguments: Dialect.allCases)
    func readerGone(_ dialect: Dialect) async throws {
        let shop = try await Shop.make(dialect)
        let line = "{ martlet apply '\(shop.argument)' \(Shop.foreignKey(dialect)) 2>&1; echo $? >&2; } | true"
        let result = try await Command(line: line).run()
        #expect(result.errors == "0\n", "\(result)")
        #expect(try await Command("verify", shop.argument).run().output.contains(": in place"))
    }

    @Test("says that the output cannot be written, and fails")
    func fullOutput() async throws {
        let shop = try await Shop.make(.sqlite)
        let result = try await Command(line: "martlet check '\(shop.argument)' > /dev/full").run()
        #expect(result.status == 3, "\(result)")
        #expect(result.errorLines.count == 1 && result.errors.contains("No space left"), "\(result)")
    }
}
