package import MartletCore

/// Row 2d: requests that come at the same time, each a question that reads some hundred rows by their primary key.
///
/// By the primary key, so that it costs the same whatever indexes there are: what differs is the pool alone.
package struct JourneyBurst: Sendable {
    /// Twice as many as the document's pool has connections: some wait, whatever the size.
    package static let requests = 2 * JourneyPool.documented
    /// Contacts of one question: some tenths of a millisecond of the server's time, and little of the client's.
    package static let contactsMax = 500

    private let tables: JourneysTables

    package init(for dialect: Dialect) {
        tables = JourneysTables(dialect)
    }

    /// How many contacts follow one in the order of identifiers, and when the first and the last of them came.
    package func statement(of request: Int) -> BoundStatement {
        """
        SELECT count(*), min(created_at), max(created_at) FROM (
          SELECT created_at FROM \(tables.contacts) WHERE id >= \(JourneysID.contact(request + 1))
          ORDER BY id LIMIT \(Self.contactsMax)
        ) AS followers
        """
    }

    /// Asks all at once, and returns the answers in the order of the requests.
    package func answers(on connection: any Connection) async throws -> [[Value]] {
        try await withThrowingTaskGroup(of: (Int, [Value]).self) { group in
            for request in 0..<Self.requests {
                let statement = statement(of: request)
                group.addTask { (request, try await connection.run(statement)[0].values) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                .sorted { $0.key < $1.key }.map(\.value)
        }
    }
}
