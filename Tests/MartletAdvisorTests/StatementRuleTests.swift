import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("Rules for statements and their plans")
struct StatementRuleTests {
    static let tables = """
        CREATE TABLE messages (id bigint PRIMARY KEY, chat_id bigint, role text, flag boolean, created_at timestamptz);
        CREATE TABLE chats (id bigint PRIMARY KEY);

        """
    static let text = "SELECT * FROM messages WHERE chat_id = $1"

    static func scan(_ change: (inout PlanNode) -> Void = { _ in }) -> PlanNode {
        var node = PlanNode(
            kind: .sequentialScan,
            label: "Seq Scan",
            table: "messages",
            filter: "(chat_id = $1)",
            estimatedRows: 20
        )
        change(&node)
        return node
    }

    static func observation(
        _ node: PlanNode,
        _ text: String = text,
        rows: Int = 2_000,
        indexes: String = "",
        temporary: Int = 0,
        change: (inout Catalog) -> Void = { _ in }
    ) -> Observation {
        let statement = StatementStatistics(
            statement: text,
            calls: 100,
            totalSeconds: 3,
            rows: rows,
            buffers: Buffers(hit: 1, read: 1, temporary: temporary)
        )
        let other = StatementStatistics(statement: "SELECT 1", calls: 10, totalSeconds: 1, rows: 10)
        return Observation(
            catalog: SampleCatalog.make(tables + indexes, change),
            workload: Workload(statistics: [statement, other]),
            plans: [text: Plan(root: node)]
        )
    }

    @Test("a whole table read for a few rows is found by estimates, which are called so, and an index is proposed")
    func estimated() throws {
        let found = StatementReadsWholeTable().findings(in: Self.observation(Self.scan()))
        let finding = try #require(found.first)
        #expect(finding.severity == .warning)
        #expect(finding.title.contains("75 % of the time of 2 statements; 100 calls, mean 30 ms"))
        #expect(
            finding.evidence.contains {
                $0.hasPrefix("By estimates it reads 100,000 rows of messages and keeps 20 rows")
            }
        )
        guard case .createIndex(let definition) = finding.remedies.first else {
            Issue.record("no index is proposed")
            return
        }
        #expect(definition.keys.map(\.text) == ["chat_id"])
        #expect(definition.name == "messages_chat_id_idx")
    }

    @Test("texts of one fingerprint are one statement, with one finding and one share")
    func merged() throws {
        var observation = Self.observation(Self.scan())
        let prepared = "SELECT * FROM messages WHERE chat_id = 5"
        observation.workload?.statistics
            .append(StatementStatistics(statement: prepared, calls: 300, totalSeconds: 4, rows: 6_000))
        observation.plans[prepared] = Plan(root: Self.scan())
        let found = StatementReadsWholeTable().findings(in: observation)
        #expect(found.count == 1)
        #expect(found.first?.title.contains("88 % of the time of 2 statements; 400 calls") == true, "\(found)")
    }

    @Test("an index that several findings ask for is created by one of them")
    func oneRemedy() throws {
        var observation = Self.observation(Self.scan())
        let other = "SELECT role FROM messages WHERE chat_id = $1"
        observation.workload?.statistics
            .append(StatementStatistics(statement: other, calls: 300, totalSeconds: 4, rows: 6_000))
        observation.plans[other] = Plan(root: Self.scan())
        let found = RuleSet.statements.findings(in: observation)
        #expect(found.count == 2)
        guard case .createIndex = found.first?.remedies.first, case .advice(let advice) = found.last?.remedies.first
        else {
            Issue.record("not one of two: \(found)")
            return
        }
        #expect(advice.contains(found[0].id))
    }

    @Test("a range whose share the planner cannot know is judged by what the calls returned")
    func countedRange() throws {
        let filter = "((created_at > (now() - '7 days'::interval)) AND (id > $1))"
        let node = Self.scan {
            $0.filter = filter
            $0.estimatedRows = 33_333
        }
        let finding = try #require(StatementReadsWholeTable().findings(in: Self.observation(node)).first)
        #expect(finding.evidence.contains { $0.hasSuffix("each call returned 20 rows in the mean.") })
        guard case .createIndex(let definition) = finding.remedies.first else {
            Issue.record("no index is proposed")
            return
        }
        #expect(definition.keys.map(\.text) == ["created_at"])
        // What is counted or grouped returns fewer rows than it reads.
        let grouped = PlanNode(kind: .aggregate, label: "Aggregate", children: [node])
        #expect(StatementReadsWholeTable().findings(in: Self.observation(grouped)).isEmpty)
    }

    @Test("what was measured is told as measured, over all workers")
    func measured() throws {
        let node = Self.scan { node in
            node.actualRows = 10
            node.loops = 3
            node.rowsRemovedByFilter = 6_000
        }
        let finding = try #require(StatementReadsWholeTable().findings(in: Self.observation(node)).first)
        #expect(finding.evidence.contains("Run for the plan, it read 18,030 rows of messages and kept 30 rows."))
    }

    @Test("a small table, a large result, a scan without a condition and an index scan are left alone")
    func nearly() {
        let rule = StatementReadsWholeTable()
        let large = Self.observation(Self.scan { $0.estimatedRows = 10_001 }, rows: 1_000_100)
        #expect(rule.findings(in: large).isEmpty)
        #expect(rule.findings(in: Self.observation(Self.scan { $0.filter = nil })).isEmpty)
        #expect(rule.findings(in: Self.observation(Self.scan { $0.kind = .indexScan })).isEmpty)
        let small = Self.observation(Self.scan()) { $0.change(table: "messages") { $0.estimatedRows = 9_999 } }
        #expect(rule.findings(in: small).isEmpty)
        let unknown = Self.observation(Self.scan()) { $0.change(table: "messages") { $0.estimatedRows = nil } }
        #expect(rule.findings(in: unknown).isEmpty)
    }

    @Test(
        "an index is proposed for what can be searched only",
        arguments: [
            ("((chat_id = $1) AND (created_at > $2))", ["chat_id", "created_at"]),
            ("((chat_id = $1) AND (role = 'user'::text))", ["chat_id", "role"]),
            ("(flag)", []), ("(lower(role) = 'x'::text)", []), ("((chat_id = $1) OR (id = $2))", []),
        ]
    )
    func proposals(filter: String, keys: [String]) {
        let found = StatementReadsWholeTable().findings(in: Self.observation(Self.scan { $0.filter = filter }))
        let proposed = found.first?.remedies
            .compactMap { remedy -> [String]? in
                if case .createIndex(let definition) = remedy { definition.keys.map(\.text) } else { nil }
            }
        #expect(proposed == (keys.isEmpty ? [] : [keys]))
    }

    @Test("no second index is proposed beside one that was not chosen")
    func indexExists() throws {
        let observation = Self.observation(Self.scan(), indexes: "CREATE INDEX x ON messages(chat_id);")
        let finding = try #require(StatementReadsWholeTable().findings(in: observation).first)
        guard case .advice(let advice) = finding.remedies.first else {
            Issue.record("an index is proposed")
            return
        }
        #expect(advice.hasPrefix("x could find these rows"))
    }

    @Test("SQLite's plan, which has neither condition nor estimate, is judged by what the statement returned")
    func sqlite() {
        let rule = StatementReadsWholeTable()
        let node = Self.scan { node in
            node.filter = nil
            node.estimatedRows = nil
        }
        #expect(rule.findings(in: Self.observation(node) { $0.dialect = .sqlite }).count == 1)
        let all = "SELECT count(*) FROM messages"
        #expect(rule.findings(in: Self.observation(node, all) { $0.dialect = .sqlite }).isEmpty)
        #expect(rule.findings(in: Self.observation(node, rows: 5_000_000) { $0.dialect = .sqlite }).isEmpty)
    }

    @Test("a large sort that returns little is found, one after a join or of few rows is not")
    func sorts() throws {
        func sort(of child: PlanNode) -> PlanNode { PlanNode(kind: .sort, label: "Sort", children: [child]) }
        let rule = StatementSorts()
        let large = Self.scan { $0.estimatedRows = 50_000 }
        let finding = try #require(rule.findings(in: Self.observation(sort(of: large))).first)
        #expect(finding.title.hasPrefix("A statement sorts 50,000 rows to return 20 rows"))
        #expect(rule.findings(in: Self.observation(sort(of: Self.scan { $0.estimatedRows = 9_999 }))).isEmpty)
        #expect(rule.findings(in: Self.observation(sort(of: large), rows: 5_000_000)).isEmpty)
        let join = PlanNode(kind: .join, label: "Hash Join", children: [large, Self.scan { $0.table = "chats" }])
        #expect(rule.findings(in: Self.observation(sort(of: join))).isEmpty)
        let grouped = PlanNode(kind: .aggregate, label: "HashAggregate", children: [large])
        #expect(rule.findings(in: Self.observation(sort(of: grouped))).isEmpty)
    }

    @Test("temporary files are found in the plan and in what was counted")
    func spills() {
        let rule = StatementSpills()
        #expect(rule.findings(in: Self.observation(Self.scan())).isEmpty)
        let sort = PlanNode(kind: .sort, label: "Sort", usesDisk: true, children: [Self.scan()])
        #expect(
            rule.findings(in: Self.observation(sort)).first?.evidence.contains { $0.hasPrefix("Sort went to disk") }
                == true
        )
        let counted = rule.findings(in: Self.observation(Self.scan(), temporary: 12_800))
        #expect(
            counted.first?.evidence.last
                == "12,800 pages (100 MB) of temporary files in all calls, 128 in each in the mean."
        )
    }

    @Test("a statement of little weight is a note")
    func weight() {
        var observation = Self.observation(Self.scan())
        observation.workload?.statistics[0].totalSeconds = 0.04
        #expect(StatementReadsWholeTable().findings(in: observation).first?.severity == .note)
    }
}
