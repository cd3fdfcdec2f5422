import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("The order of findings")
struct FindingOrderTests {
    /// A rule that finds what it is told to.
    private struct Saying: Rule {
        static let name = "saying"
        let findings: [Finding]

        init(_ findings: [(subject: String, severity: Finding.Severity, weight: Finding.Weight?)]) {
            self.findings = findings.map {
                Finding(rule: Self.name, subject: $0, severity: $1, weight: $2, title: "", evidence: [])
            }
        }

        func findings(in observation: Observation) -> [Finding] { findings }
    }

    private func order(_ rules: [Saying]) -> [String] {
        RuleSet(rules).findings(in: Observation(catalog: SampleCatalog.make(""))).map(\.subject)
    }

    @Test("is by severity, then by weight within a kind of weight, then by rule and subject")
    func weights() {
        let first = Saying([
            ("f", .warning, .bytes(10)), ("b", .warning, nil), ("a", .warning, nil), ("d", .note, .bytes(1 << 40)),
            ("e", .critical, nil),
        ])
        let second = Saying([
            ("g", .warning, .bytes(20)), ("i", .warning, .timeShare(0.1)), ("h", .warning, .timeShare(0.4)),
            ("c", .warning, .bytes(10)), ("0", .warning, nil), ("j", .warning, .rows(1 << 40)),
        ])
        #expect(order([first, second]) == ["e", "h", "i", "g", "f", "c", "j", "a", "b", "0", "d"])
    }

    @Test("does not depend on the order in which a rule names its findings")
    func stable() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SplitMix64(seed: seed)
        let kinds: [Finding.Weight?] = [nil, .bytes(1), .bytes(2), .rows(3), .timeShare(0.5), .usedShare(0.9)]
        let findings = (0..<60).map { ("s\($0)", Finding.Severity.allCases[$0 % 3], kinds[$0 % kinds.count]) }
        let expected = order([Saying(findings)])
        for _ in 0..<20 {
            #expect(order([Saying(findings.shuffled(using: &generator))]) == expected, "seed \(seed)")
        }
    }

    @Test("puts the larger table, index and sequence first")
    func catalog() {
        let catalog = SampleCatalog.make(
            """
            CREATE TABLE p (id bigint PRIMARY KEY);
            CREATE TABLE small (id bigint PRIMARY KEY, p_id bigint REFERENCES p(id), a bigint);
            CREATE TABLE vast (id bigint PRIMARY KEY, p_id bigint REFERENCES p(id), a bigint);
            CREATE INDEX vast_a ON vast(a); CREATE INDEX vast_a2 ON vast(a);
            """
        ) { catalog in
            catalog.change(table: "small") { $0.tableBytes = 1 << 20 }
            catalog.change(table: "vast") { $0.tableBytes = 1 << 30 }
            catalog.change(index: "vast_a2") { $0.sizeBytes = 1 << 25 }
            catalog.sequences = [("x", 800), ("y", 850)]
                .map { name, last in
                    Catalog.Sequence(
                        name: QualifiedName(schema: "public", name: name),
                        ownedBy: nil,
                        lastValue: last,
                        maximum: 1_000,
                        increment: 1
                    )
                }
        }
        #expect(
            RuleSet.catalog.findings(in: Observation(catalog: catalog)).filter { $0.severity == .warning }
                .map(\.subject) == [
                    "public.vast.p_id", "public.vast_a2", "public.small.p_id", "public.y", "public.x",
                ]
        )
    }
}
