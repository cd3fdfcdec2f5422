import CaseStudies
import MartletCore

/// What was measured of an operation in all its ways.
struct CaseProof: Sendable {
    /// Before against each other way.
    var proofs: [Way: Proof] = [:]
    /// What no way can save, with what it is called.
    var floor: (name: String, side: Proof.Side)?
}
