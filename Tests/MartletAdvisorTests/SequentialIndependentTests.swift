import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("sequential-independent")
struct SequentialIndependentTests {
    let rule = SequentialIndependent()

    @Test("finds reads that do not wait for one another, and counts round trips before and after")
    func independent() throws {
        var trace = SampleTrace("profile")
        for table in ["projects", "renders", "user_credits", "gallery_items"] {
            trace.run("SELECT * FROM \(table) WHERE user_id = $1", ["u"], returning: [["\(table)1", "u"]])
        }
        let finding = try #require(rule.findings(in: trace).first)
        #expect(finding.id == "sequential-independent/profile")
        #expect(finding.title == "profile makes 4 round trips where 1 would do.")
        #expect(finding.severity == .warning)
        #expect(finding.evidence.contains("4 round trips before, 1 after; at most 30 ms of 40 ms saved."))
        #expect(rule.findings(in: trace, dialect: .sqlite).first?.severity == .note)
    }

    @Test("sees through a value that was known before, and stops at one that was returned")
    func context() throws {
        var trace = SampleTrace("context")
        trace.run("SELECT * FROM renders WHERE id = $1", ["r"], returning: [["r", "parent", "reference", "chain"]])
        trace.run("SELECT * FROM parents WHERE id = $1", ["parent"], returning: [["parent"]])
        trace.run("SELECT * FROM references_of WHERE id = $1", ["reference"], returning: [["reference"]])
        trace.run("SELECT * FROM chains WHERE id = $1", ["chain"], returning: [["chain"]])
        #expect(rule.findings(in: trace).first?.title == "context makes 4 round trips where 2 would do.")

        var chain = SampleTrace()
        chain.run("SELECT user_id FROM sessions WHERE token = $1", ["t"], returning: [["u"]])
        chain.run("SELECT plan_id FROM subscriptions WHERE user_id = $1", ["u"], returning: [["p"]])
        chain.run("SELECT * FROM plans WHERE id = $1", ["p"], returning: [["p"]])
        #expect(rule.findings(in: chain).isEmpty)
    }

    @Test("leaves alone what already shares a round trip")
    func pipelined() {
        var trace = SampleTrace()
        trace.run("SELECT * FROM a WHERE id = $1", ["1"])
        trace.run("SELECT * FROM b WHERE id = $1", ["1"], sharesRoundTrip: true)
        #expect(rule.findings(in: trace).isEmpty)
    }

    @Test("leaves alone statements that ran at the same time on several connections")
    func concurrent() {
        var trace = SampleTrace()
        trace.run("SELECT * FROM a WHERE id = $1", ["1"])
        trace.run("SELECT * FROM b WHERE id = $1", ["1"])
        var both = trace.trace
        both.executions[1].start = both.executions[0].start
        let observation = Observation(catalog: SampleCatalog.make(""), workload: Workload(traces: [both]))
        #expect(rule.findings(in: observation).isEmpty)
    }

    @Test(
        "keeps statements on the same table in their order when one writes",
        arguments: [
            ("SELECT * FROM a WHERE id = $1", "UPDATE a SET x = 1 WHERE id = $1"),
            ("INSERT INTO a (id) VALUES ($1)", "SELECT * FROM b JOIN a ON true WHERE b.id = $1"),
            ("DELETE FROM a WHERE id = $1", "INSERT INTO a (id) VALUES ($1)"),
            ("SELECT * FROM a WHERE id = $1 FOR UPDATE", "SELECT * FROM b WHERE id = $1"),
            ("SELECT nextval('s')", "SELECT * FROM b WHERE id = $1"),
            ("CALL something($1)", "SELECT * FROM b WHERE id = $1"),
        ]
    )
    func conflicts(first: String, second: String) {
        var trace = SampleTrace()
        trace.run(first, ["1"])
        trace.run(second, ["1"])
        #expect(rule.findings(in: trace).isEmpty)
    }

    @Test("makes a note of a read and a write of other tables, and says what it does not know")
    func writes() throws {
        var trace = SampleTrace("upload")
        trace.run("SELECT * FROM chats WHERE id = $1", ["c"], returning: [["c"]])
        trace.run("INSERT INTO files (user_id) VALUES ($1)", ["u"])
        let finding = try #require(rule.findings(in: trace).first)
        #expect(finding.severity == .note)
        #expect(finding.evidence.contains { $0.contains("does not decide by a result") })
    }

    @Test("never moves a write before what came earlier")
    func writeOrder() {
        var trace = SampleTrace()
        trace.run("SELECT id FROM a WHERE name = $1", ["n"], returning: [["a1"]])
        trace.run("INSERT INTO parents (id, a) VALUES ($1, $2)", ["p", "a1"])
        trace.run("INSERT INTO children (parent) VALUES ($1)", ["p"])
        // The child may follow the parent within one pipeline, but may not go before it.
        #expect(rule.findings(in: trace).first?.title.contains("3 round trips where 2 would do") == true)
    }

    @Test("does not trust a result of which only the first values are known")
    func cutResult() {
        var trace = SampleTrace()
        trace.run("SELECT id FROM a", returning: SampleTrace.rows(300, id: "a"))
        trace.run("SELECT * FROM b WHERE a = $1", ["a299"])
        #expect(rule.findings(in: trace).isEmpty)
    }

    @Test("does not trust a list, in which the values of an earlier result may be")
    func list() {
        var trace = SampleTrace()
        trace.run("SELECT id FROM a", returning: [["a1"], ["a2"]])
        trace.run("SELECT * FROM b WHERE a = ANY($1)", ["{a1,a2}"])
        #expect(rule.findings(in: trace).isEmpty)
    }

    @Test("a loop is other rules' business")
    func loop() {
        var trace = SampleTrace()
        for number in 0..<20 { trace.run("SELECT * FROM a WHERE id = $1", ["\(number)"]) }
        #expect(rule.findings(in: trace).isEmpty)
    }
}
