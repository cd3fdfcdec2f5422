import Foundation
import MartletCore

/// The rows of the render studio: what is run, for which user, chain and renders.
struct RendersOperations: Sendable {
    let size: CaseSize

    /// Renders of one batch: the number in row 1e.
    private static let batch = 500
    /// The page of the document's list of projects.
    ///
    /// A tenth of it in size L: without an index each project's count reads a million renders, and all take minutes.
    private var pageOfProjects: Int { size == .large ? 100 : 1_000 }
    /// The document's dashboard: the newest five of each project.
    private static let newestRenders = 5

    var all: [CaseOperation] {
        [
            profile(id: "1a", user: 2, "a user's profile"),
            profile(id: "1a-heavy", user: 1, "the profile of the busiest user", faults: Self.caps),
            deletionOfChain, context, account(id: "1d", user: 2, "credits and plan"), reset, batchRead, batchUpdate,
            counts, newest, chain, deletionOfRender,
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
            claimedRatio: 3.2...3.3,
            claim: "800 to 250 ms (3.2x)",
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

    private var deletionOfChain: CaseOperation {
        CaseOperation(
            id: "1b",
            title: "delete a chain of 50 renders",
            claimedRatio: 16.7...16.7,
            claim: "16.7x, 52 statements to 2",
            change: .rolledBack,
            ways: Way.allCases
        ) { way, connection in
            let detached = try await RenderChains().delete(RendersID.chain(1), way, on: connection)
            return [[.integer(Int64(detached ?? -1))]]
        }
    }

    private var context: CaseOperation {
        // The second place of the first chain: it has a parent, a reference and a chain.
        let shape = RendersShape(size: size, dialect: .postgres)
        let onSQLite = RendersShape(size: size, dialect: .sqlite)
        return CaseOperation(
            id: "1c",
            title: "show a render with parent, reference and chain",
            claimedRatio: 2.5...2.5,
            claim: "2.5x (60 % faster)",
            change: .nothing,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            let shape = connection.dialect == .postgres ? shape : onSQLite
            let render = RendersID.render(shape.render(ofChain: 1, place: 2))
            let context = try await RenderContext().context(of: render, way, on: connection)
            guard let context else { return [] }
            return [
                [
                    .text(context.prompt), context.parentPrompt.value, context.referencePrompt.value,
                    context.chainName.value,
                ]
            ]
        }
    }

    private func account(id: String, user: Int, _ what: String) -> CaseOperation {
        CaseOperation(
            id: id,
            title: "show \(what)",
            claimedRatio: 2...2,
            claim: "2x, half the statements",
            change: .nothing,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            let account = try await RenderBilling().account(of: RendersID.user(user), way, on: connection)
            return account.map { [[.integer(Int64($0.balance)), $0.plan.value]] } ?? []
        }
    }

    private var reset: CaseOperation {
        // User 5's credits are due.
        let next = Timestamp(microsecondsSince1970: DataSeed.end.microsecondsSince1970 + 30 * 86_400_000_000)
        return CaseOperation(
            id: "1d-reset",
            title: "give a user the credits of his plan if they are due",
            claimedRatio: nil,
            claim: "none: the document hides the write in a read",
            change: .rolledBack,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            let balance = try await RenderBilling()
                .balanceAfterReset(of: RendersID.user(5), at: DataSeed.end, next: next, way, on: connection)
            return [[balance.value]]
        }
    }

    private var batchRead: CaseOperation {
        CaseOperation(
            id: "1e",
            title: "read 500 renders by their identifiers",
            claimedRatio: nil,
            claim: "none: n statements to 1",
            change: .nothing,
            faults: [CaseOperation.Fault(.seed, "gives them in another order than asked for")],
            ways: [.before, .seed, .expert]
        ) { way, connection in
            try await RenderBatches().renders(Self.batchOfRenders, way, on: connection)
        }
    }

    private var batchUpdate: CaseOperation {
        CaseOperation(
            id: "1e-status",
            title: "set the status of 500 renders",
            claimedRatio: nil,
            claim: "none: n statements to 1",
            change: .rolledBack,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            let changed = try await RenderBatches()
                .setStatus("pending", of: Self.batchOfRenders, way, on: connection)
            return [[.integer(Int64(changed))]]
        }
    }

    private static let batchOfRenders = (1...batch).map { RendersID.render($0 * 7) }

    private var counts: CaseOperation {
        CaseOperation(
            id: "1f",
            title: "list a page of projects with the number of their renders",
            claimedRatio: nil,
            claim: "none: one statement for each project to 1",
            change: .nothing,
            ways: Way.allCases
        ) { way, connection in
            try await RenderProjects()
                .counts(of: RendersID.user(1), projectsMax: pageOfProjects, way, on: connection)
        }
    }

    private var newest: CaseOperation {
        CaseOperation(
            id: "1g",
            title: "show the newest 5 renders of each of 100 projects",
            claimedRatio: nil,
            claim: "none: all renders to the newest",
            change: .nothing,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            try await RenderProjects()
                .newestRenders(
                    of: RendersID.user(1),
                    projectsMax: RendersShape.currentProjects,
                    rendersMax: Self.newestRenders,
                    way,
                    on: connection
                )
        }
    }

    private var chain: CaseOperation {
        CaseOperation(
            id: "1h",
            title: "show the renders of a chain, by each index set",
            claimedRatio: nil,
            claim: "none: 20 indexes, of which 5 are named",
            change: .nothing,
            ways: [.before, .seed, .expert]
        ) { _, connection in
            try await RenderChains().renders(of: RendersID.chain(1), on: connection)
        }
    }

    private var deletionOfRender: CaseOperation {
        let last = RendersShape(size: size, dialect: .postgres).renders
        let lastOnSQLite = RendersShape(size: size, dialect: .sqlite).renders
        return CaseOperation(
            id: "1h-delete",
            title: "delete a render, by each index set",
            claimedRatio: nil,
            claim: "none: no index on what refers to a render is named",
            change: .rolledBack,
            ways: [.before, .seed, .expert]
        ) { _, connection in
            // The last in its chain: nothing was made from it.
            let render = RendersID.render(connection.dialect == .postgres ? last : lastOnSQLite)
            return [[.bool(try await RenderChains().deleteRender(render, on: connection))]]
        }
    }
}
