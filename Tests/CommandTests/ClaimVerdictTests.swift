import MartletAdvisor
import MartletCore
import Testing

@testable import MartletCLI

@Suite struct ClaimVerdictTests {
    private func proof(
        ratio: Double,
        _ interval: ClosedRange<Double>,
        savedRows: Int = 0,
        roundTrips: ClosedRange<Int> = 1...1,
        after: Double = 0.001,
        areEqual: Bool = true
    ) -> Proof {
        func side(_ seconds: Double, _ roundTrips: Int, _ rows: Int) -> Proof.Side {
            Proof.Side(
                medianSeconds: seconds,
                p95Seconds: seconds,
                statements: roundTrips,
                roundTrips: roundTrips,
                rows: rows,
                bytes: 0
            )
        }
        return Proof(
            before: side(after * ratio, roundTrips.upperBound, 1 + savedRows),
            after: side(after, roundTrips.lowerBound, 1),
            runs: 30,
            ratio: ratio,
            ratioInterval: interval,
            resultsAreEqual: areEqual
        )
    }

    private func verdict(
        _ proof: Proof?,
        claimed: ClosedRange<Double>? = 20...100,
        fault: String? = nil,
        away: Duration = .zero
    ) -> ClaimVerdict {
        ClaimVerdict(of: claimed, given: proof, fault: fault, roundTripTime: away)
    }

    @Test("says what the interval allows, and nothing where results differ or were wrong before")
    func kinds() {
        #expect(verdict(proof(ratio: 150, 101...200)) == .exceeded)
        #expect(verdict(proof(ratio: 150, 99...200)) == .reproduced)
        #expect(verdict(proof(ratio: 20, 2...30)) == .reproduced)
        #expect(verdict(proof(ratio: 30, 0.9...40)) == .undecided)
        #expect(verdict(proof(ratio: 3, 2...4), claimed: nil) == .measured(.faster))
        #expect(verdict(proof(ratio: 0.3, 0.2...0.4), claimed: nil) == .measured(.slower))
        #expect(verdict(proof(ratio: 0.3, 0.2...0.4, savedRows: 1_000)) == .measured(.slower))
        #expect(verdict(proof(ratio: 150, 101...200, areEqual: false)) == .differing)
        #expect(
            verdict(proof(ratio: 150, 101...200), fault: "counts too few") == .incomparable(fault: "counts too few")
        )
        #expect(verdict(nil) == .unmeasured)
    }

    @Test("finds the reason for a smaller gain in what was measured: rows, round trips, distance, or nothing to save")
    func reasons() {
        func reason(_ proof: Proof, away: Duration = .zero) -> String {
            guard case .notReproducible(let reason) = verdict(proof, away: away) else { return "" }
            return reason
        }
        #expect(reason(proof(ratio: 5, 4...6, savedRows: 1_000)).contains("1,001 rows are read in 5 ms"))
        #expect(reason(proof(ratio: 5, 4...6, roundTrips: 1...5)).contains("4 round trips saved"))
        #expect(reason(proof(ratio: 5, 4...6)).contains("it takes 5 ms here"))
        let far = reason(proof(ratio: 5, 4...6, roundTrips: 1...5, after: 0.052), away: .milliseconds(50))
        #expect(far.contains("what is left is distance, 1 round trip of 50 ms"))
    }
}
