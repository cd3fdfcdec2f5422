import Foundation
import MartletCore

/// The rows of the render studio: what is run, for which user, chain and render.
struct RendersOperations: Sendable {
    let size: CaseSize

    var all: [CaseOperation] {
        [
            profile(id: "1a", user: 2, "a user's profile"),
            profile(id: "1a-heavy", user: 1, "the profile of the busiest user", faults: Self.caps),
        ]
    }

    private static let caps = [Way.before, .seed]
        .map {
            CaseOperation.Fault($0, "counts no more than 1,000 projects and 100 renders")
        }

    private func profile(
        id: String,
        user: Int,
        _ what: String,
        faults: [CaseOperation.Fault] = []
    ) -> CaseOperation {
        CaseOperation(
            id: id,
            title: "show \(what)",
            claimedRatio: 3.2...3.4,
            claim: "3.2x (70 % faster)",
            change: .nothing,
            faults: faults,
            ways: Way.allCases
        ) { way, connection in
            let statistics = try await RenderProfile().statistics(of: RendersID.user(user), way, on: connection)
            guard let statistics else { return [] }
            let numbers = [statistics.balance, statistics.projects, statistics.renders, statistics.completed]
            return [numbers.map { .integer(Int64($0)) }]
        }
    }
}
