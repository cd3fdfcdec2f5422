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
    /// Whether it leaves other rows than it found.
    package let changesRows: Bool
    package let body: Body

    package init(
        name: String,
        share: Double = 1,
        target: Target? = nil,
        changesRows: Bool = false,
        body: @escaping Body
    ) {
        self.name = name
        self.share = share
        self.target = target
        self.changesRows = changesRows
        self.body = body
    }

    /// The same request in a transaction that is rolled back; itself if it changes nothing.
    package var leavingNothing: CaseRequest {
        guard changesRows else { return self }
        return CaseRequest(name: name, share: share, target: target) { [body] random, connection in
            try await connection.rollingBack { try await body(&random, connection) }
        }
    }
}

extension CaseRequest {
    /// An operation again and again, for the same rows; what it changes is rolled back, or the next run would fail.
    ///
    /// Nil for one that needs more than the session it is given, or that is a load of its own.
    init?(_ operation: CaseOperation, _ way: Way) {
        guard operation.opening == nil, !operation.isLoad, let body = operation.ways[way] else { return nil }
        self =
            CaseRequest(
                name: operation.id,
                target: Target.ofDocuments[operation.id],
                changesRows: operation.change == .rolledBack
            ) { _, connection in _ = try await body(connection) }
            .leavingNothing
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
