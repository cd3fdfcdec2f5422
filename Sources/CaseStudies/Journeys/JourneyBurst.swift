package import MartletCore

/// Row 2d: requests that come at the same time, each a question that reads a hundred rows by their primary key.
///
/// By the primary key, so that it costs the same whatever indexes there are: what differs is the pool alone.
package struct JourneyBurst: Sendable {
    /// Twice as many as the document's pool has connections: some wait, whatever the size.
    package static let requests = 2 * JourneyPool.documented
    /// Contacts of one question: some tenths of a millisecond.
    private static let contactsPerRequest = 100
    /// Shares no factor with the number of contacts of any size, so that a question's contacts are different ones.
    private static let stride = 97

    private let shape: JourneysShape
    private let tables: JourneysTables

    package init(_ size: CaseSize, for dialect: Dialect) {
        shape = JourneysShape(size: size, dialect: dialect)
        tables = JourneysTables(dialect)
    }

    /// How many of a request's contacts there are, and when the first and the last came.
    package func statement(of request: Int) -> BoundStatement {
        let first = request * Self.contactsPerRequest
        let contacts = (first..<first + Self.contactsPerRequest)
            .map { JourneysID.contact($0 * Self.stride % shape.contacts + 1) }
        return """
            SELECT count(*), min(created_at), max(created_at) FROM \(tables.contacts)
            WHERE id IN (\(list: contacts))
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
