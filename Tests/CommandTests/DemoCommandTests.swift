import CaseStudies
import Foundation
import MartletCore
import Testing

@Suite struct DemoCommandTests {
    @Test(
        "takes the chat application through the whole loop on each engine, and finds what its indexes lack",
        arguments: [(Dialect.sqlite, "seed"), (.postgres, "none")]
    )
    func chat(_ dialect: Dialect, indexes: String) async throws {
        let folder = CommandFolder()
        let demo = try Command(
            "demo",
            "chat",
            "--engine",
            dialect.rawValue,
            "--indexes",
            indexes,
            "--format",
            "json"
        )
        .in(folder).start()
        try await demo.says("Capture: what the application does")
        let started = demo.descendants
        let result = try await demo.end()
        #expect(result.status == 0, "\(result)")
        let document = try result.json()
        #expect(document["dialect"] as? String == dialect.rawValue)
        #expect(document["isSchemaRestored"] as? Bool == true)
        let rows = try #require(document["rows"] as? [[String: Any]])
        #expect(Set(rows.compactMap { $0["id"] as? String }).isSuperset(of: ["0a", "0b", "0c"]))
        for row in rows {
            let proofs = try #require(row["proofs"] as? [String: [String: Any]])
            #expect(Set(["seed", "expert"]).isSubset(of: proofs.keys), "\(row)")
            for proof in proofs.values { #expect(proof["before"] != nil && proof["after"] != nil, "\(proof)") }
            #expect((row["verdict"] as? String)?.isEmpty == false)
        }
        let findings = try result.findings()
        #expect(findings.keys.contains { $0.hasPrefix("fetch-to-count/") })
        #expect(findings.keys.contains { $0.hasPrefix("repeated-read/") })
        let lacks = findings.keys.contains {
            $0.hasPrefix("foreign-key-without-index/") && $0.hasSuffix("messages.chat_id")
        }
        #expect(lacks == (indexes == "none"), "other indexes, other findings: \(findings.keys)")
        #expect((document["migrations"] as? [Any])?.isEmpty == false)
        #expect(folder.leftovers == [])
        try await demo.waitForEnd(of: started)
    }

    @Test(
        "takes every other application through the whole loop on each engine",
        arguments: CaseName.allCases.filter { $0 != .chat },
        Dialect.allCases
    )
    func application(_ name: CaseName, _ dialect: Dialect) async throws {
        let folder = CommandFolder()
        let demo = Command("demo", name.rawValue, "--engine", dialect.rawValue, "--format", "json")
        let result = try await demo.in(folder).run()
        #expect(result.status == 0, "\(result)")
        let document = try result.json()
        #expect(document["study"] as? String == name.rawValue)
        #expect(document["isSchemaRestored"] as? Bool == true)
        #expect((document["migrations"] as? [Any])?.isEmpty == false)
        #expect(!(try result.findings()).isEmpty)
        let rows = try #require(document["rows"] as? [[String: Any]])
        let operations = name.study.operations(of: .small, for: dialect).filter { $0.ways[.before] != nil }
        #expect(rows.compactMap { $0["id"] as? String } == operations.map(\.id))
        for (row, operation) in zip(rows, operations) {
            let proofs = try #require(row["proofs"] as? [String: [String: Any]])
            #expect(Set(proofs.keys) == Set(operation.ways.keys.map(\.rawValue)).subtracting(["before"]))
            let faults = try #require(row["faults"] as? [String: String])
            for (way, proof) in proofs {
                let isRight = faults["before"] == nil && faults[way] == nil
                #expect(!isRight || proof["resultsAreEqual"] as? Bool == true, "\(operation.id) \(way)")
            }
        }
        #expect(folder.leftovers == [])
    }

    @Test("finds in the render studio what its document writes about, and what it does not")
    func renders() async throws {
        let result = try await Command("demo", "renders", "--format", "json").run()
        let rules = try Set(result.findings().keys.map { $0.prefix { $0 != "/" } })
        #expect(rules.isSuperset(of: ["statement-per-row", "repeated-read", "read-modify-write"]), "\(rules)")
        #expect(try result.findings().keys.contains("foreign-key-without-index/main.renders.parent_render_id"))
        #expect(result.output.contains("not to be compared: before, it counts no more than 1,000 projects"))
    }

    @Test("tells its story in words on standard output")
    func story() async throws {
        let result = try await Command("demo", "chat").run()
        #expect(result.status == 0, "\(result)")
        for heading in ["Capture", "Diagnose", "Prove", "Apply", "Verify", "Roll back"] {
            #expect(result.output.contains("\n\(heading)"), "\(heading)")
        }
        #expect(result.output.contains("The schema is what it was"))
        #expect(!result.output.contains("\u{1B}"))
        #expect(!result.output.contains(".: "), "a sentence that ends twice: \(result.output)")
    }
}
