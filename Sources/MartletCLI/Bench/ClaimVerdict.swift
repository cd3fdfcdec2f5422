import MartletAdvisor
import MartletCore

/// What measurements say of the gain that somebody claims.
///
/// A claim is reproduced when the ratio that was measured reaches it and its whole interval is a gain: an interval that
/// only touches the claim does not show it.
enum ClaimVerdict: Sendable, Hashable, CustomStringConvertible {
    /// The whole interval lies above the claim.
    case exceeded
    case reproduced
    /// The gain is smaller here, for a reason that follows from what was measured.
    case notReproducible(reason: String)
    /// Nothing was claimed, or there is no gain; this is what was measured.
    case measured(Proof.Verdict)
    /// The interval holds 1.
    case undecided
    /// It is so slow that it ran too seldom for an interval.
    case tooFewRuns
    /// The ways do not give the same.
    case differing
    /// What it gave before was wrong, so that its time says nothing.
    case incomparable(fault: String)
    case unmeasured

    init(
        of claimedRatio: ClosedRange<Double>?,
        given proof: Proof?,
        fault: String?,
        limit: String? = nil,
        roundTripTime: Duration
    ) {
        guard let proof else {
            self = .unmeasured
            return
        }
        if let fault {
            self = .incomparable(fault: fault)
        } else if !proof.resultsAreEqual {
            self = .differing
        } else if proof.ratioInterval == RatioInterval.everything {
            self = .tooFewRuns
        } else if proof.verdict == .undecided {
            self = .undecided
        } else if let claimedRatio, proof.verdict != .slower {
            self = Self.verdict(of: claimedRatio, proof, limit: limit, roundTripTime)
        } else {
            self = .measured(proof.verdict)
        }
    }

    /// In a few words.
    var description: String {
        switch self {
        case .exceeded: "exceeded"
        case .reproduced: "reproduced"
        case .notReproducible(let reason): "not reproducible here because \(reason)"
        case .measured(let verdict): verdict.rawValue
        case .undecided: "no difference shown"
        case .tooFewRuns: "too few runs to tell"
        case .differing: "results differ: nothing is claimed"
        case .incomparable(let fault): "not to be compared: before, it \(fault)"
        case .unmeasured: "not measured"
        }
    }

    /// In one word, for programs.
    var code: String {
        switch self {
        case .exceeded: "exceeded"
        case .reproduced: "reproduced"
        case .notReproducible: "not-reproducible"
        case .measured(let verdict): verdict.rawValue
        case .undecided: "undecided"
        case .tooFewRuns: "too-few-runs"
        case .differing: "differs"
        case .incomparable: "incomparable"
        case .unmeasured: "unmeasured"
        }
    }

    private static func verdict(
        of claimedRatio: ClosedRange<Double>,
        _ proof: Proof,
        limit: String?,
        _ roundTripTime: Duration
    ) -> ClaimVerdict {
        if proof.ratioInterval.lowerBound > claimedRatio.upperBound { return .exceeded }
        if proof.ratio >= claimedRatio.lowerBound, proof.ratioInterval.lowerBound > 1 { return .reproduced }
        return .notReproducible(reason: limit ?? reason(proof, roundTripTime))
    }

    /// Rows from which it is the reading that costs, not the way to the database: about a millisecond's worth.
    private static let manyRows = 500
    /// Share of a time from which on it is called distance.
    private static let distantShare = 0.5

    /// Why a gain is smaller here than where it was claimed.
    private static func reason(_ proof: Proof, _ roundTripTime: Duration) -> String {
        let savedRows = proof.before.rows - proof.after.rows
        let savedTrips = proof.before.roundTrips - proof.after.roundTrips
        let distance = roundTripTime.seconds * Double(proof.after.roundTrips)
        if distance > 0, distance >= proof.after.medianSeconds * distantShare {
            let trips = Figures.count(proof.after.roundTrips, "round trip", "round trips")
            return "what is left is distance, \(trips) of \(Figures.duration(roundTripTime))"
        }
        let time = Figures.seconds(proof.before.medianSeconds)
        if savedRows >= manyRows { return "\(Figures.rows(proof.before.rows)) are read in \(time) here" }
        if savedTrips > 0, roundTripTime == .zero {
            let trips = Figures.count(savedTrips, "round trip", "round trips")
            let verb = savedTrips == 1 ? "counts" : "count"
            return "\(trips) saved \(verb) little without distance (--rtt 50ms)"
        }
        return "before, it takes \(time) here, so there is little to save"
    }
}
