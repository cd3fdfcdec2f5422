package import MartletCore

/// Something that users of an application ask for all the time: what a load is made of.
package struct CaseRequest: Sendable {
    /// One request; what it draws comes from the generator, so that a seed tells all of it.
    package typealias Body = @Sendable (_ random: inout SplitMix64, _ connection: any Connection) async throws -> Void

    /// How long it may take, as its document says.
    package struct Target: Sendable, Hashable {
        package let time: Duration
        /// More than this calls for action; nil where the document says nothing of it.
        package let acceptable: Duration?

        package init(_ time: Duration, acceptable: Duration? = nil) {
            self.time = time
            self.acceptable = acceptable
        }
    }

    /// What reports call it by.
    package let name: String
    /// How often it comes, relative to the others.
    package let share: Double
    package let target: Target?
    package let body: Body

    package init(name: String, share: Double = 1, target: Target? = nil, body: @escaping Body) {
        self.name = name
        self.share = share
        self.target = target
        self.body = body
    }
}

extension CaseRequest {
    /// An operation again and again, for the same rows; what it changes is rolled back, or the next run would fail.
    ///
    /// Nil for one that needs more than the session it is given, or that is a load of its own.
    init?(_ operation: CaseOperation, _ way: Way) {
        guard operation.opening == nil, !operation.isLoad, let body = operation.ways[way] else { return nil }
        let target = Target.ofDocuments[operation.id]
        switch operation.change {
        case .nothing:
            self.init(name: operation.id, target: target) { _, connection in _ = try await body(connection) }
        case .rolledBack:
            self.init(
                name: operation.id,
                target: target,
                body: Self.rolledBack { _, connection in _ = try await body(connection) }
            )
        }
    }

    /// A body whose changes are rolled back.
    static func rolledBack(_ body: @escaping Body) -> Body {
        { random, connection in
            // SQLite: who begins reading and then writes would fail for a snapshot that others have outdated.
            try await connection.run(.begin(isolation: .readCommitted, readOnly: false, connection.dialect))
            do {
                try await body(&random, connection)
            } catch {
                // A connection that stays within a transaction would fail all that follows.
                _ = try? await connection.run("ROLLBACK")
                throw error
            }
            try await connection.run("ROLLBACK")
        }
    }
}

extension CaseRequest.Target {
    /// The table of targets of the fifth source document, by the operation that they are about; that of the fourth is
    /// `DchatTarget.all`.
    package static let ofDocuments: [String: CaseRequest.Target] = [
        "4b": CaseRequest.Target(.milliseconds(500)),
        "4c": CaseRequest.Target(.milliseconds(50)),
        "4d": CaseRequest.Target(.milliseconds(100)),
        "4e": CaseRequest.Target(.milliseconds(300)),
    ]
}
