import Martlet
import MartletCore

/// The report of `counter verify --format json`.
struct CounterVerificationDocument: Encodable {
    struct Difference: Encodable {
        let key: [String]
        let kept: String?
        let counted: String
    }

    struct Counter: Encodable {
        let name: String
        let isInitialised: Bool
        let isExact: Bool
        let keysChecked: Int
        let keysWrong: Int
        let totalKept: String
        let totalCounted: String
        let differences: [Difference]
        let unseenWrites: [String]
    }

    /// A counter that could not be compared.
    struct Failure: Encodable {
        let name: String
        let reason: String
        /// The command that goes on from there.
        let next: String?
    }

    let counters: [Counter]
    let failures: [Failure]

    init(_ verifications: [CounterVerification], _ failures: [Failure]) {
        self.failures = failures
        counters = verifications.map { verification in
            Counter(
                name: verification.name.text,
                isInitialised: verification.isInitialised,
                isExact: verification.isInitialised && verification.isExact,
                keysChecked: verification.keysChecked,
                keysWrong: verification.keysWrong,
                totalKept: "\(verification.totalKept)",
                totalCounted: "\(verification.totalCounted)",
                differences: verification.differences.map {
                    Difference(
                        key: $0.key.values.map(CounterKeyText.text),
                        kept: $0.kept.map { "\($0)" },
                        counted: "\($0.counted)"
                    )
                },
                unseenWrites: verification.gaps
            )
        }
    }
}
