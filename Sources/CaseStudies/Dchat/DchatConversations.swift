package import Martlet
package import MartletCore

/// Rows 3b and 3d: what two users wrote to each other, newest first.
package struct DchatConversations: Sendable {
    /// Messages of a page: the figure of the document.
    package static let pageSize = 50

    package init() {}

    /// The newest messages of two users, whoever of them wrote.
    package func newest(
        of first: Int,
        and second: Int,
        _ way: Way,
        on connection: any Connection
    ) async throws -> [DchatMessage] {
        switch way {
        case .before, .fair, .seed:
            let statement = page(of: first, and: second, offset: 0, connection.dialect)
            return try await connection.run(statement).map(DchatMessage.init)
        case .expert:
            return try await page(of: first, and: second, at: nil, on: connection).rows.map(DchatMessage.init)
        }
    }

    /// A page of the conversation behind a cursor; the first for nil.
    package func page(
        of first: Int,
        and second: Int,
        at cursor: PageCursor?,
        on connection: any Connection
    ) async throws -> Page {
        try await messages(of: first, and: second, connection.dialect)
            .page(at: cursor, size: Self.pageSize, on: connection)
    }

    /// What `page` at a cursor runs, to see its plan.
    package func pageStatement(
        of first: Int,
        and second: Int,
        at cursor: PageCursor?,
        _ dialect: Dialect
    ) throws -> BoundStatement {
        try messages(of: first, and: second, dialect).pageStatement(at: cursor, size: Self.pageSize, dialect: dialect)
    }

    /// The document's statement, for the page that begins behind so many messages.
    ///
    /// The numbers are spliced, as the document's client does it, so that each is planned for these two users. A
    /// prepared statement would come off better: after some runs PostgreSQL plans it for any two, who write little.
    package func page(of first: Int, and second: Int, offset: Int, _ dialect: Dialect) -> BoundStatement {
        """
        SELECT * FROM \(DchatTables(dialect).messages)
        WHERE (sender_id = \(spliced: first) AND receiver_id = \(spliced: second))
           OR (sender_id = \(spliced: second) AND receiver_id = \(spliced: first))
        ORDER BY "timestamp" DESC LIMIT \(spliced: Self.pageSize) OFFSET \(spliced: offset)
        """
    }

    /// Both directions have one key, under which their messages lie in the order of time.
    private func messages(of first: Int, and second: Int, _ dialect: Dialect) throws -> PagedStatement {
        let tables = DchatTables(dialect)
        let pair = tables.pair
        return PagedStatement(
            """
            SELECT id, sender_id, receiver_id, content, "timestamp" FROM \(tables.messages)
            WHERE \(unsafeSQL: pair.lower) = \(min(first, second))
              AND \(unsafeSQL: pair.higher) = \(max(first, second))
            """,
            orderedBy: [.descending("timestamp"), .descending("id")],
            signer: try DchatSecret.signer()
        )
    }
}
