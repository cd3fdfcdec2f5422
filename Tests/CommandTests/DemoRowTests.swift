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
            (1.5...3.0, 2.0, "2.0× (1.5–3.0)"), (0.5...3.0, 2.0, "undecided (0.5–3.0)"),
            (40.0...1_234.0, 50.0, "50× (40–1,234)"), (RatioInterval.everything, 2.0, "too few runs to tell"),
            (2.0...Double.greatestFiniteMagnitude, Double.greatestFiniteMagnitude, "∞× (2.0–∞)"),
        ]
    )
    func ratio(_ interval: ClosedRange<Double>, _ ratio: Double, _ text: String) {
        #expect(DemoRow.ratio(proof(interval, ratio: ratio)) == text)
    }
}
