import CaseStudies
import MartletAdvisor
import MartletCore

/// One operation at one distance: what its document claims, and what was measured of each way.
struct BenchRow: Sendable {
    let id: String
    let title: String
    let claim: String
    let roundTripTime: Duration
    /// Before against each way of mending it.
    let proofs: [Way: Proof]
    /// What no way can save, with what it is called; nil where nothing is known of one.
    let floor: (name: String, side: Proof.Side)?
    /// What is known to be wrong with what a way gives.
    let faults: [Way: String]
    /// Bytes that the caches of the ways hold.
    let cacheBytes: [Way: Int]
    let verdict: ClaimVerdict
    /// Why it could not be measured.
    let failure: String?

    init(
        _ operation: CaseOperation,
        _ roundTripTime: Duration,
        _ dialect: Dialect,
        _ proof: CaseProof = CaseProof(),
        failure: String? = nil
    ) {
        id = operation.id
        title = operation.title
        claim = operation.claim
        self.roundTripTime = roundTripTime
        proofs = proof.proofs
        floor = proof.floor
        self.failure = failure
        faults = Way.allCases.reduce(into: [:]) { $0[$1] = operation.fault(of: $1, in: dialect) }
        cacheBytes = Way.allCases.reduce(into: [:]) { $0[$1] = operation.cacheBytes($1) }
        verdict = ClaimVerdict(
            of: operation.claimedRatio,
            given: proofs[.expert] ?? proofs[.seed],
            fault: faults[.before],
            limit: operation.limit,
            roundTripTime: roundTripTime
        )
    }

    /// Each way that was measured, before first.
    private var sides: [(way: Way, side: Proof.Side)] {
        let others = [Way.fair, .seed, .expert].compactMap { way in proofs[way].map { (way, $0) } }
        guard let before = others.first?.1.before else { return [] }
        return [(.before, before)] + others.map { ($0, $1.after) }
    }

    /// All that was measured, by what it is called.
    var measured: [(name: String, side: Proof.Side)] {
        sides.map { ($0.way.label, $0.side) } + [floor].compactMap(\.self)
    }

    /// The time added to each round trip.
    var distance: String {
        roundTripTime == .zero ? "0" : Figures.duration(roundTripTime)
    }

    /// The verdict in a few words.
    var verdictText: String {
        if let failure { return "not measured: \(failure)" }
        return verdict.description
    }

    /// How much faster a way is, with its interval; a dash where it is not there.
    func ratio(_ way: Way) -> String {
        guard let proof = proofs[way] else { return "–" }
        return proof.resultsAreEqual ? DemoRow.ratio(proof) : "results differ"
    }

    /// The time that half of the runs of a way did not exceed.
    func median(_ way: Way) -> String {
        sides.first { $0.way == way }.map { Figures.seconds($0.side.medianSeconds) } ?? "–"
    }
}
