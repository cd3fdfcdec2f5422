import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("statement-per-row and statement-in-loop")
struct LoopRuleTests {
    static let byID = "SELECT * FROM renders WHERE id = $1 AND tenant = $2"

    /// A list, and one look-up for each of its rows.
    static func perRow(_ count: Int, from prefix: String = "r", sharesRoundTrip: Bool = false) -> SampleTrace {
        var trace = SampleTrace("delete chain")
        trace.run("SELECT id FROM renders WHERE chain = $1", ["c", "t"], returning: SampleTrace.rows(count, id: "r"))
        for number in 0..<count {
            trace.run(byID, ["\(prefix)\(number)", "t"], sharesRoundTrip: sharesRoundTrip && number > 0)
        }
        return trace
    }

    @Test("finds a statement whose parameters are the rows of an earlier one, and that it grows")
    func perRow() throws {
        let found = StatementPerRow().findings(in: [Self.perRow(5), Self.perRow(50)])
        let finding = try #require(found.first)
        #expect(found.count == 1)
        #expect(finding.severity == .warning)
        #expect(finding.title == "One statement ran 50 times, once for each row of an earlier one.")
        #expect(
            finding.evidence.contains { $0.hasPrefix("50 of them were given a value from the 50 rows of: SELECT id") }
        )
        #expect(finding.evidence.contains("It grows: 5 executions in one trace, 50 in another."))
        #expect(StatementInLoop().findings(in: Self.perRow(50)).isEmpty)
    }

    @Test("goes by the first rows where the digests of the others were not kept")
    func cutResult() {
        #expect(StatementPerRow().findings(in: Self.perRow(400)).count == 1)
    }

    @Test("leaves alone four executions, and those whose parameters come from elsewhere")
    func nearly() {
        #expect(StatementPerRow().findings(in: Self.perRow(4)).isEmpty)
        #expect(StatementPerRow().findings(in: Self.perRow(50, from: "elsewhere")).isEmpty)
    }

    @Test("leaves alone a fixed fan-out from one row, whose references are looked up")
    func fanOut() {
        var trace = SampleTrace()
        trace.run("SELECT * FROM pages WHERE id = $1", ["p"], returning: [["a", "b", "c", "d", "e", "f"]])
        for value in ["a", "b", "c", "d", "e", "f"] { trace.run("SELECT * FROM users WHERE id = $1", [value]) }
        #expect(StatementPerRow().findings(in: trace).isEmpty)
        #expect(StatementInLoop().findings(in: trace).isEmpty)
    }

    @Test("does not take what is the same each time for a value of a row")
    func commonParameter() {
        var trace = SampleTrace()
        trace.run("SELECT * FROM tenants", returning: SampleTrace.rows(50, id: "x", also: ["t"]))
        for number in 0..<9 { trace.run(Self.byID, ["own\(number)", "t"]) }
        #expect(StatementPerRow().findings(in: trace).isEmpty)
    }

    @Test("makes a note of it within one round trip")
    func pipelined() {
        #expect(StatementPerRow().findings(in: Self.perRow(20, sharesRoundTrip: true)).first?.severity == .note)
    }

    @Test("finds loops within loops, each for its own source")
    func nested() {
        var trace = SampleTrace()
        trace.run("SELECT id FROM projects", returning: SampleTrace.rows(6, id: "p"))
        for project in 0..<6 {
            trace.run("SELECT id FROM chains WHERE project = $1", ["p\(project)"], returning: [["c\(project)"]])
            trace.run("SELECT id FROM renders WHERE chain = $1", ["c\(project)"], returning: [["r\(project)"]])
        }
        let found = StatementPerRow().findings(in: trace)
        #expect(found.count == 2)
        #expect(found.contains { $0.evidence.contains { $0.contains("6 rows of: SELECT id FROM chains") } })
    }

    @Test("statement-in-loop notes ten executions that no result explains, and not nine")
    func inLoop() {
        for (count, expected) in [(9, 0), (10, 1)] {
            var trace = SampleTrace()
            for number in 0..<count { trace.run(Self.byID, ["own\(number)", "t"]) }
            let found = StatementInLoop().findings(in: trace)
            #expect(found.count == expected)
            #expect(found.allSatisfy { $0.severity == .note })
        }
    }

    @Test("the same question ten times is no loop")
    func same() {
        var trace = SampleTrace()
        for _ in 0..<10 { trace.run(Self.byID, ["a", "t"]) }
        #expect(StatementInLoop().findings(in: trace).isEmpty)
        #expect(RepeatedRead().findings(in: trace).count == 1)
    }
}
