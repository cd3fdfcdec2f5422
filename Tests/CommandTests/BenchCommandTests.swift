import Foundation
import MartletCore
import Testing

@Suite struct BenchCommandTests {
    @Test("measures rows in all their ways on each engine, with costs and a verdict", arguments: Dialect.allCases)
    func rows(_ dialect: Dialect) async throws {
        let folder = CommandFolder()
        let options = [
            "--rows", "0b,0c", "--row-time", "200ms", "--rtt", "0ms", "--rtt", "2ms", "--save", "report.json",
        ]
        let result = try await Command(
            ["bench", "chat", "--engine", dialect.rawValue] + options + ["--format", "json"]
        )
        .in(folder).run()
        #expect(result.status == 0, "\(result)")
        let studies = try #require(try result.json()["studies"] as? [[String: Any]])
        let rows = try #require(studies.first?["rows"] as? [[String: Any]])
        #expect(rows.compactMap { $0["id"] as? String } == ["0b", "0b", "0b-busy", "0b-busy", "0c", "0c"])
        #expect(rows.compactMap { $0["roundTripSeconds"] as? Double } == [0, 0.002, 0, 0.002, 0, 0.002])
        for row in rows {
            let proofs = try #require(row["proofs"] as? [String: [String: Any]])
            let ways: Set = row["id"] as? String == "0c" ? ["seed", "expert"] : ["fair", "seed", "expert"]
            #expect(Set(proofs.keys) == ways)
            for proof in proofs.values {
                #expect(proof["resultsAreEqual"] as? Bool == true)
                let after = try #require(proof["after"] as? [String: Any])
                #expect(after["p99Seconds"] as? Double != nil && after["runs"] as? Int != nil, "\(after)")
            }
            #expect((row["verdictText"] as? String)?.isEmpty == false && row["failure"] == nil)
            let floor = row["floor"] as? [String: Any]
            let isNear = row["roundTripSeconds"] as? Double == 0
            #expect(floor?["name"] as? String == (isNear ? "an empty round trip" : nil))
        }
        let costs = try #require(studies.first?["costs"] as? [[String: Any]])
        #expect(costs.compactMap { $0["way"] as? String } == ["before", "seed", "expert"])
        #expect(costs.allSatisfy { $0["indexBytes"] as? Int ?? 0 > 0 && $0["insertsPerSecond"] as? Double ?? 0 > 0 })
        let saved = try String(contentsOfFile: folder.path + "/report.json", encoding: .utf8)
        #expect(saved == result.output)
        #expect(folder.leftovers == ["report.json"])
    }

    @Test("says what no way can save, and how long others wait meanwhile", arguments: Dialect.allCases)
    func waits(_ dialect: Dialect) async throws {
        let options = ["--rows", "4f", "--row-time", "200ms", "--engine", dialect.rawValue]
        let result = try await Command(["bench", "authchat", "--format", "json"] + options).run()
        #expect(result.status == 0, "\(result)")
        let study = try #require((try result.json()["studies"] as? [[String: Any]])?.first)
        let row = try #require((study["rows"] as? [[String: Any]])?.first)
        let floor = try #require(row["floor"] as? [String: Any])
        #expect(floor["name"] as? String == "the five hashes alone")
        #expect((floor["side"] as? [String: Any])?["statements"] as? Int == 0)
        let waits = try #require(study["waits"] as? [[String: Any]])
        #expect(waits.compactMap { $0["way"] as? String } == ["before", "seed", "expert"])
        for wait in waits {
            let (alone, beside) = (wait["alone"] as? [String: Double], wait["beside"] as? [String: Double])
            #expect([alone, beside].allSatisfy { ($0?["p95Seconds"] ?? 0) >= ($0?["medianSeconds"] ?? 1) }, "\(wait)")
            #expect(wait["p95Ratio"] as? Double ?? 0 > 0)
        }
    }

    @Test("gives the ways the indexes that are asked for, and says which; writes a page")
    func indexes() async throws {
        let options = ["--rows", "1h", "--row-time", "100ms", "--indexes", "none", "--format", "markdown"]
        let result = try await Command(["bench", "renders"] + options).run()
        #expect(result.status == 0, "\(result)")
        #expect(result.output.hasPrefix("## renders on SQLite"))
        #expect(result.output.contains("indexes none; the document's: none; before: none"), "\(result)")
        #expect(result.output.contains("\n| 1h | 0 |"), "\(result)")
    }

    @Test("says which rows there are when there is none of that name")
    func unknownRow() async throws {
        let result = try await Command("bench", "chat", "--rows", "9z").run()
        #expect(result.status == 2 && result.errors.contains("there are 0a, 0b, 0b-busy, 0c"), "\(result)")
        let oneOfTwo = try await Command("bench", "renders", "--rows", "1h,9z").run()
        #expect(oneOfTwo.status == 2 && oneOfTwo.errors.contains("no row 9z;"), "\(oneOfTwo)")
        let elsewhere = try await Command("bench", "dchat", "--rows", "3f").run()
        #expect(elsewhere.status == 2 && elsewhere.errors.contains("only with --engine postgres"), "\(elsewhere)")
        let nobody = try await Command("bench", "nobody").run()
        #expect(nobody.status == 2, "\(nobody)")
    }

    @Test("refuses rows that name none, rather than measure all", arguments: ["", ",", " , "])
    func noRow(_ rows: String) async throws {
        let result = try await Command("bench", "chat", "--rows", rows).run()
        #expect(result.status == 2 && result.output == "", "\(result)")
        #expect(result.errors.contains("--rows names no row"), "\(result)")
    }

    @Test("refuses a file that cannot be written before it measures", arguments: ["nowhere/report.json", "."])
    func unwritableFile(_ path: String) async throws {
        let folder = CommandFolder()
        let result = try await Command("bench", "chat", "--save", path).in(folder).run()
        #expect(result.status == 3 && result.errors.contains("cannot be written to \(path)"), "\(result)")
        #expect(!result.errors.contains("built"), "\(result)")
        #expect(folder.leftovers == [])
    }
}
