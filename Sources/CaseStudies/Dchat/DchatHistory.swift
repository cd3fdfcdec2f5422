package import Martlet
package import MartletCore

/// Row 3e: all messages, newest first, as the moderators page through them.
package struct DchatHistory: Sendable {
    /// Messages of a page: the figure of the document.
    package static let pageSize = 50

    /// The shape of the data, by which a page deep in the list is named.
    private let shape: DchatShape

    package init(shape: DchatShape) {
        self.shape = shape
    }

    /// The page behind so many messages.
    ///
    /// By offset, the database counts them off. By cursor, it begins at the last message of the page before, which a
    /// client has from reading that page; here it follows from the data.
    package func page(after count: Int, _ way: Way, on connection: any Connection) async throws -> [DchatMessage] {
        switch way {
        case .before, .fair, .seed:
            let rows = try await connection.run(
                """
                SELECT * FROM \(DchatTables(connection.dialect).messages)
                ORDER BY "timestamp" DESC LIMIT \(spliced: Self.pageSize) OFFSET \(spliced: count)
                """
            )
            return try rows.map(DchatMessage.init)
        case .expert:
            return try await page(at: try cursor(behind: count), on: connection).rows.map(DchatMessage.init)
        }
    }

    /// A page behind a cursor; the first for nil.
    package func page(at cursor: PageCursor?, on connection: any Connection) async throws -> Page {
        try await messages(connection.dialect).page(at: cursor, size: Self.pageSize, on: connection)
    }

    private func messages(_ dialect: Dialect) throws -> PagedStatement {
        PagedStatement(
            #"SELECT id, sender_id, receiver_id, content, "timestamp" FROM \#(DchatTables(dialect).messages)"#,
            orderedBy: [.descending("timestamp"), .descending("id")],
            signer: try DchatSecret.signer(),
            name: "dchat-history"
        )
    }

    /// The place behind the newest messages of that number, as nobody has sent one since.
    private func cursor(behind count: Int) throws -> PageCursor {
        let last = shape.message(atPlaceInTime: shape.messages - count + 1)
        let rows = Rows(
            columns: ["id", "timestamp"],
            values: [[.integer(Int64(last)), .timestamp(shape.instant(ofMessage: last))]]
        )
        return try messages(.postgres).cursor(behind: rows[0])
    }
}
