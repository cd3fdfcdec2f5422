import CaseStudies
import MartletAdvisor
import MartletCore
import Testing

@testable import MartletCLI

@Suite struct DemoRowTests {
    private func proof(_ interval: ClosedRange<Double>, ratio: Double = 2) -> Proof {
        let side = Proof.Side(medianSeconds: 1, p95Seconds: 1, statements: 1, roundTrips: 1, rows: 1, bytes: 1)
        return Proof(
            before: side,
            after: side,
            runs: 3,
            ratio: ratio,
            ratioInterval: interval,
            resultsAreEqual: true
        )
    }

    @Test(
        "shows a ratio with its interval, and says when there is none",
        arguments: [
            (1.5...3.0, 2.0, "2× (1.5–3)"), (0.5...3.0, 2.0, "undecided (0.5–3)"),
            (40.0...1_234.0, 50.0, "50× (40–1,234)"), (RatioInterval.everything, 2.0, "too few runs to tell"),
            (2.0...Double.greatestFiniteMagnitude, Double.greatestFiniteMagnitude, "∞× (2–∞)"),
        ]
    )
    func ratio(_ interval: ClosedRange<Double>, _ ratio: Double, _ text: String) {
        #expect(DemoRow.ratio(proof(interval, ratio: ratio)) == text)
    }

    @Test(
        "calls a claim reproduced only where the ratio itself reaches it and the whole interval is a gain",
        arguments: [
            (18.0...22.0, 19.0, "not reproducible here"), (18.0...22.0, 20.0, "reproduced"),
            (1.1...90.0, 40.0, "reproduced"), (42.0...158.0, 15.0, "not reproducible here"),
            (1.0...30.0, 25.0, "no difference shown"), (101.0...130.0, 110.0, "exceeded"),
            (99.0...130.0, 110.0, "reproduced"),
            (0.2...0.5, 0.3, "slower"), (RatioInterval.everything, 2.0, "too few runs to tell"),
        ]
    )
    func verdict(_ interval: ClosedRange<Double>, _ ratio: Double, _ verdict: String) {
        let row = DemoRow(
            CaseOperation(id: "0b", title: "", claimedRatio: 20...100, claim: "20-100x", change: .nothing, ways: []) {
                _,
                _ in
                []
            },
            proofs: [.expert: proof(interval, ratio: ratio)],
            dialect: .sqlite
        )
        #expect(row.verdict.hasPrefix(verdict), "\(row.verdict)")
    }

    @Test("says what is wrong with a way instead of comparing it, where it is wrong")
    func faults() {
        let operation = CaseOperation(
            id: "1a",
            title: "",
            claimedRatio: 2...2,
            claim: "2x",
            change: .nothing,
            faults: [CaseOperation.Fault(.before, in: [.postgres], "counts too few")],
            ways: []
        ) { _, _ in
            []
        }
        let proofs = [Way.expert: proof(18...22, ratio: 20)]
        let wrong = DemoRow(operation, proofs: proofs, dialect: .postgres)
        #expect(wrong.verdict == "not to be compared: before, it counts too few")
        #expect(wrong.evidence.first?.hasSuffix("; wrong: it counts too few") == true)
        let right = DemoRow(operation, proofs: proofs, dialect: .sqlite)
        #expect(right.verdict == "exceeded")
        #expect(right.evidence.first?.contains("wrong") == false)
    }
}
