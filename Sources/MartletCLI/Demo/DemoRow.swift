import CaseStudies
import MartletAdvisor
import MartletCore

/// One operation of the demo: what its document claims, and what was measured.
struct DemoRow: Sendable {
    let id: String
    let title: String
    let claim: String
    let claimedRatio: ClosedRange<Double>?
    /// Why less is gained than was claimed, where the figures themselves do not tell.
    let limit: String?
    /// Before against each way of mending it.
    let proofs: [Way: Proof]
    /// What is known to be wrong with what a way gives.
    let faults: [Way: String]
    /// Added to each round trip while it was measured.
    let roundTripTime: Duration

    init(_ operation: CaseOperation, proofs: [Way: Proof], dialect: Dialect, roundTripTime: Duration = .zero) {
        id = operation.id
        title = operation.title
        claim = operation.claim
        claimedRatio = operation.claimedRatio
        limit = operation.limit
        self.proofs = proofs
        self.roundTripTime = roundTripTime
        faults = Way.allCases.reduce(into: [:]) { $0[$1] = operation.fault(of: $1, in: dialect) }
    }

    /// What the measurements say of the claim, in a few words.
    ///
    /// A claim is reproduced when the ratio that was measured reaches it and its whole interval is a gain: an interval
    /// that only touches the claim does not show it.
    var verdict: String {
        ClaimVerdict(
            of: claimedRatio,
            given: proofs[.expert] ?? proofs[.seed],
            fault: faults[.before],
            limit: limit,
            roundTripTime: roundTripTime
        )
        .description
    }

    /// Statements, rows and the work of the database for each way.
    var evidence: [String] {
        var lines: [String] = []
        for way in [Way.fair, .seed, .expert] {
            guard let proof = proofs[way] else { continue }
            if lines.isEmpty { lines.append(line(.before, Self.figures(proof.before))) }
            let ratio = proof.resultsAreEqual ? Self.ratio(proof) : "results differ"
            lines.append(line(way, Self.figures(proof.after) + ": " + ratio))
        }
        return lines
    }

    private func line(_ way: Way, _ text: String) -> String {
        way.label.padding(to: 16) + text + (faults[way].map { "; wrong: it \($0)" } ?? "")
    }

    /// `12.3× (11.9–12.8)`, or that the interval holds 1, or that there were too few runs for one.
    static func ratio(_ proof: Proof) -> String {
        guard proof.ratioInterval != RatioInterval.everything else { return "too few runs to tell" }
        let interval = Figures.factors(proof.ratioInterval)
        return proof.verdict == .undecided ? "undecided \(interval)" : "\(Figures.factor(proof.ratio))× \(interval)"
    }

    private static func figures(_ side: Proof.Side) -> String {
        let work =
            side.buffers.map { ", \(Figures.count($0, "buffer", "buffers"))" }
            ?? side.virtualMachineSteps.map { ", \(Figures.count($0, "step", "steps"))" } ?? ""
        return "\(Figures.seconds(side.medianSeconds)) (p95 \(Figures.seconds(side.p95Seconds))), "
            + "\(Figures.count(side.statements, "statement", "statements")) in "
            + "\(Figures.count(side.roundTrips, "round trip", "round trips")), "
            + "\(Figures.rows(side.rows)), \(Figures.bytes(side.bytes))\(work)"
    }
}

extension String {
    /// The text with spaces behind it up to a width.
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
