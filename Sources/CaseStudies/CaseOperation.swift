package import MartletCore

/// Something the application does, written in each way.
package struct CaseOperation: Sendable {
    /// One way of doing it: returns what the user would see, which must not depend on the way.
    package typealias Body = @Sendable (any Connection) async throws -> [[Value]]

    /// Opens what a way runs on, with what else it needs until it is closed.
    package typealias Opening = @Sendable (Way, any Engine) async throws -> any Connection

    /// What becomes of what it changes when it is run many times.
    package enum Change: Sendable {
        /// It changes nothing.
        case nothing
        /// It can be run in a transaction that is rolled back.
        case rolledBack
    }

    /// Where a way gives the user something wrong: what the document did not see, kept for all to see.
    package struct Fault: Sendable, Hashable {
        package let way: Way
        /// The dialects in which it is wrong.
        package let dialects: Set<Dialect>
        /// What is wrong with what the user sees, as a clause.
        package let reason: String

        package init(_ way: Way, in dialects: Set<Dialect> = Set(Dialect.allCases), _ reason: String) {
            self.way = way
            self.dialects = dialects
            self.reason = reason
        }
    }

    /// What no way can save, such as the hash of a password.
    package struct Floor: Sendable {
        /// What tables call it by.
        package let name: String
        package let body: Body

        package init(_ name: String, body: @escaping Body) {
            self.name = name
            self.body = body
        }
    }

    /// The row it belongs to, such as `0a`.
    package let id: String
    /// What the user wants.
    package let title: String
    /// The gain in time that the source document claims, as a factor; nil if it claims none.
    package let claimedRatio: ClosedRange<Double>?
    /// The claim in its own words.
    package let claim: String
    package let change: Change
    package let ways: [Way: Body]
    /// Ways whose result is known to be wrong; all others give the same.
    package let faults: [Fault]

    package init(
        id: String,
        title: String,
        claimedRatio: ClosedRange<Double>?,
        claim: String,
        change: Change,
        faults: [Fault] = [],
        ways: [Way],
        body: @escaping @Sendable (Way, any Connection) async throws -> [[Value]]
    ) {
        self.id = id
        self.title = title
        self.claimedRatio = claimedRatio
        self.claim = claim
        self.change = change
        self.faults = faults
        self.ways = ways.reduce(into: [:]) { bodies, way in
            bodies[way] = { connection in try await body(way, connection) }
        }
    }

    /// Bytes that a cache of a way holds beside its database, known once it has run; nil where there is none.
    package var cacheBytes: @Sendable (Way) -> Int? = { _ in nil }

    /// The dialects in which it can be done.
    package var dialects = Set(Dialect.allCases)

    /// Where a way needs more than a session: a pool, tables of its own; nil where it does not.
    package var opening: Opening?

    /// Whether it is several users at once by itself.
    ///
    /// Clients of a load are that already; and as these run within one transaction in an order that is left to chance,
    /// two such transactions would meet in a deadlock.
    package var isLoad = false

    /// Measured in turn with the ways, so that each can be compared with it; nil where nothing is known of one.
    package var floor: Floor?

    /// What other users ask for meanwhile, whatever the way; how long they wait is measured apart.
    package var bystander: Body?

    /// Why less is gained than was claimed, where the figures themselves do not tell, as a clause.
    package var limit: String?

    /// What a way runs on, which the caller must close.
    ///
    /// Whatever has to be there before a way can be measured is there when this returns, and gone when it is closed.
    package func connect(_ way: Way, to engine: any Engine) async throws -> any Connection {
        guard let opening else { return try await engine.connect(.readWrite) }
        return try await opening(way, engine)
    }

    /// Lends a body what a way runs on.
    package func withConnection<Success: Sendable>(
        _ way: Way,
        to engine: any Engine,
        _ body: (any Connection) async throws -> Success
    ) async throws -> Success {
        try await connect(way, to: engine).lent(to: body)
    }

    /// Runs a way once, and takes back what it changes.
    package func runLeavingNothing(_ way: Way, on connection: any Connection) async throws {
        guard let body = ways[way] else { return }
        switch change {
        case .nothing: _ = try await body(connection)
        case .rolledBack: try await connection.rollingBack { _ = try await body(connection) }
        }
    }

    /// Why what a way gives is wrong; nil if it is right.
    package func fault(of way: Way, in dialect: Dialect) -> String? {
        faults.first { $0.way == way && $0.dialects.contains(dialect) }?.reason
    }
}
