import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("unbounded-read, fetch-to-count and repeated-read")
struct ReadRuleTests {
    static let allMessages = "SELECT * FROM messages WHERE chat_id = $1"

    @Test("unbounded-read finds a list without a limit, and says between which numbers it was seen")
    func unbounded() throws {
        var small = SampleTrace()
        small.run(Self.allMessages, ["1"], rowCount: 3)
        var large = SampleTrace("POST /messages")
        large.run(Self.allMessages, ["2"], rowCount: 500)
        let found = UnboundedRead().findings(in: [small, large])
        #expect(found.count == 1)
        #expect(found.first?.title == "One statement returned 500 rows at once and has no LIMIT.")
        #expect(found.first?.evidence.contains { $0.hasPrefix("Between 3 and 500 rows") } == true)
        #expect(found.first?.evidence.last == "Seen in 2 traces of “GET /chats”, “POST /messages”.")
    }

    @Test(
        "unbounded-read leaves alone what is bounded, grouped, asked by keys, or smaller",
        arguments: [
            ("SELECT * FROM messages WHERE chat_id = $1 LIMIT 1000", 1_000),
            ("SELECT * FROM messages FETCH FIRST 1000 ROWS ONLY", 1_000),
            ("SELECT chat_id, count(*) FROM messages GROUP BY chat_id", 1_000),
            ("SELECT * FROM messages WHERE id = ANY($1)", 1_000),
            ("SELECT * FROM messages WHERE id IN ($1, $2, $3)", 1_000),
            ("SELECT * FROM messages WHERE id IN (SELECT value FROM json_each(?))", 1_000),
            ("UPDATE messages SET seen = true RETURNING id", 1_000),
            (allMessages, 499),
        ]
    )
    func bounded(statement: String, rows: Int) {
        var trace = SampleTrace()
        trace.run(statement, ["1"], rowCount: rows)
        #expect(UnboundedRead().findings(in: trace).isEmpty)
    }

    @Test("unbounded-read is not taken in by a LIMIT or an aggregate within a subquery, nor by a window")
    func inner() {
        for statement in [
            "SELECT * FROM messages WHERE chat_id = (SELECT id FROM chats LIMIT 1)",
            "SELECT *, (SELECT count(*) FROM files) FROM messages",
            "SELECT *, count(*) OVER (PARTITION BY chat_id) FROM messages",
        ] {
            var trace = SampleTrace()
            trace.run(statement, rowCount: 600)
            #expect(UnboundedRead().findings(in: trace).count == 1, "\(statement)")
        }
    }

    @Test("fetch-to-count finds rows of which the later statements use nothing new")
    func fetchToCount() throws {
        var trace = SampleTrace("send message")
        trace.run(Self.allMessages, ["chat7"], returning: SampleTrace.rows(600, id: "m", also: ["chat7"]))
        trace.run("INSERT INTO messages (id, chat_id) VALUES ($1, $2)", ["new", "chat7"])
        let finding = try #require(FetchToCount().findings(in: trace).first)
        #expect(finding.severity == .warning)
        #expect(finding.title == "600 rows were read, and later statements used none of their values.")
    }

    @Test("fetch-to-count says that rows read last may have been the answer")
    func lastStatement() throws {
        var trace = SampleTrace()
        trace.run(Self.allMessages, ["chat7"], returning: SampleTrace.rows(600, id: "m"))
        let finding = try #require(FetchToCount().findings(in: trace).first)
        #expect(finding.severity == .note)
        #expect(finding.evidence.contains { $0.contains("may have been the answer itself") })
    }

    @Test("fetch-to-count leaves alone rows that are used, few rows, and rows of which no digest was taken")
    func used() {
        var loop = SampleTrace()
        loop.run(Self.allMessages, ["chat7"], returning: SampleTrace.rows(600, id: "m"))
        for number in 0..<30 { loop.run("UPDATE messages SET seen = true WHERE id = $1", ["m\(number)"]) }
        #expect(FetchToCount().findings(in: loop).isEmpty)
        var few = SampleTrace()
        few.run(Self.allMessages, ["chat7"], returning: SampleTrace.rows(499, id: "m"))
        #expect(FetchToCount().findings(in: few).isEmpty)
        var blind = SampleTrace()
        blind.run(Self.allMessages, ["chat7"], rowCount: 600)
        #expect(FetchToCount().findings(in: blind).isEmpty)
    }

    @Test("repeated-read finds the same question asked twice")
    func repeated() {
        var trace = SampleTrace("upload")
        trace.run("SELECT * FROM users WHERE id = $1", ["u1"], returning: [["u1"]])
        trace.run("SELECT * FROM chats WHERE id = $1", ["c1"], returning: [["c1"]])
        trace.run("INSERT INTO files (user_id) VALUES ($1)", ["u1"])
        trace.run("SELECT * FROM users WHERE id = $1", ["u1"], returning: [["u1"]])
        let found = RepeatedRead().findings(in: trace)
        #expect(found.map(\.title) == ["The same read was made 2 times within one unit of work."])
    }

    @Test(
        "repeated-read leaves alone other questions, and the same one after a write to its table",
        arguments: [
            "UPDATE users SET name = $1", "INSERT INTO public.users (id) VALUES (1)", "DELETE FROM \"users\"",
            "CALL anything()", "SELECT * FROM users WHERE id = $1 FOR UPDATE",
        ]
    )
    func notRepeated(between: String) {
        var trace = SampleTrace()
        trace.run("SELECT * FROM users WHERE id = $1", ["u1"])
        trace.run(between)
        trace.run("SELECT * FROM users WHERE id = $1", ["u1"])
        #expect(RepeatedRead().findings(in: trace).isEmpty)

        var others = SampleTrace()
        others.run("SELECT * FROM users WHERE id = $1", ["u1"])
        others.run("SELECT * FROM users WHERE id = $1", ["u2"])
        others.run("SELECT * FROM users WHERE id = 1")
        others.run("SELECT * FROM users WHERE id = 2")
        #expect(RepeatedRead().findings(in: others).isEmpty)
    }

    @Test(
        "traces without any statement and statements that are no SQL give nothing",
        arguments: ["", ";", "%%% $$", "("]
    )
    func nothing(statement: String) {
        var trace = SampleTrace()
        trace.run(statement, ["1"], rowCount: 1_000)
        trace.run(statement, ["1"], rowCount: 1_000)
        for traces in [[SampleTrace()], [trace]] {
            let workload = Workload(traces: traces.map(\.trace))
            let observation = Observation(catalog: SampleCatalog.make(""), workload: workload)
            #expect(RuleSet.traces.findings(in: observation).isEmpty)
        }
    }
}
