import CaseStudies
import Martlet
import MartletAdvisor
import MartletCore

extension CaseCounters {
    /// Adds them, and fails unless all are exact and will stay so.
    func addVerified() async throws -> [CounterVerification] {
        let verifications = try await add()
        if let wrong = verifications.first(where: { !$0.isInitialised || !$0.isExact }) {
            throw CommandFailure(
                .findings,
                "the counter \(wrong.name) was added, and yet it is not exact: \(Figures.count(wrong.keysWrong)) of "
                    + "\(Figures.count(wrong.keysChecked, "key", "keys")) wrong; kept \(wrong.totalKept), counted "
                    + "\(wrong.totalCounted)" + wrong.gaps.map { "; \($0)" }.joined()
            )
        }
        return verifications
    }
}
