import CPgQuery
import Foundation
import MartletCore
import Testing

/// The fingerprint that libpg_query takes, or nil if it cannot parse the statement.
private func parsedFingerprint(_ statement: String) -> UInt64? {
    let result = pg_query_fingerprint(statement)
    defer { pg_query_free_fingerprint_result(result) }
    return result.error == nil ? result.fingerprint : nil
}

@Suite("The fingerprint and libpg_query's")
struct FingerprintAgreementTests {
    /// The least share of statements that both put into a group with the same others.
    private static let agreementMin = 0.99

    private struct Sample {
        let text: String
        /// Whether it is as the corpus has it, and not a variant.
        let isBase: Bool
        let ours: UInt64
        let theirs: UInt64
    }

    @Test("group 99 of 100 statements alike, and docs/fingerprints.md explains the others")
    func agree() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let workloads = try StatementCorpus.workloads()
        let count = workloads.reduce(0) { $0 + $1.count }
        #expect(count >= 1000)
        var samples = 0
        var differing: [Sample] = []
        for workload in workloads {
            let read = Self.samples(of: workload, using: &random)
            samples += read.count
            differing += Self.differing(read)
        }
        let agreement = 1 - Double(differing.count) / Double(samples)
        let baseAgreement = 1 - Double(differing.count(where: \.isBase)) / Double(count)
        print("seed \(seed): \(count) statements, \(samples) with variants, agreement \(agreement)")
        print("agreement on those without their variants \(baseAgreement)")
        #expect(agreement >= Self.agreementMin && baseAgreement >= Self.agreementMin)
        let explained = try Self.explainedForms()
        let forms = Set(differing.map { NormalForm(of: $0.text, dialect: .postgres).text })
        for form in forms.sorted() where !explained.contains(form) {
            Issue.record("not explained in docs/fingerprints.md: \(form)")
        }
        for form in explained.subtracting(forms).sorted() {
            Issue.record("explained in docs/fingerprints.md, but there is no difference any more: \(form)")
        }
    }

    private static func samples(of workload: [String], using random: inout SplitMix64) -> [Sample] {
        var samples: [Sample] = []
        for base in workload {
            #expect(parsedFingerprint(base) != nil, "\(base)")
            for text in StatementVariants(base).all(using: &random) {
                // A placeholder cannot stand everywhere, as in `interval $1`; such variants are no SQL.
                guard let theirs = parsedFingerprint(text) else { continue }
                let ours = Fingerprint(of: text, dialect: .postgres).bits
                samples.append(Sample(text: text, isBase: text == base, ours: ours, theirs: theirs))
            }
        }
        return samples
    }

    /// Those whose group has other members with us than with libpg_query.
    private static func differing(_ samples: [Sample]) -> [Sample] {
        let ours = Dictionary(grouping: samples.indices) { samples[$0].ours }
        let theirs = Dictionary(grouping: samples.indices) { samples[$0].theirs }
        return samples.filter { ours[$0.ours] != theirs[$0.theirs] }
    }

    @Test("split scripts alike")
    func split() throws {
        for script in try StatementCorpus.scripts() {
            let result = pg_query_split_with_parser(script.text)
            defer { pg_query_free_split_result(result) }
            #expect(result.error == nil, "\(script.name)")
            let ours = ScriptSplitter.statements(of: script.text, dialect: .postgres)
            #expect(ours.count == Int(result.n_stmts), "\(script.name)")
        }
    }

    /// The normal forms in the code blocks of the page's last chapter.
    private static func explainedForms() throws -> Set<String> {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/fingerprints.md"), encoding: .utf8)
        let chapter = page.components(separatedBy: "## Differences from libpg_query").last ?? ""
        let blocks = chapter.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 1 }
        return Set(
            blocks.flatMap { $0.element.split(separator: "\n").dropFirst($0.element.hasPrefix("sql") ? 1 : 0) }
                .map(String.init)
        )
    }
}
