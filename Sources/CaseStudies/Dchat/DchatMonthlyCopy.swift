package import MartletCore

/// Row 3f: the messages once more, in one table or in one for each month, for as long as somebody measures them.
///
/// A copy, because the other rows need the messages as they are; without the references to users, which neither of its
/// operations looks at. PostgreSQL only: SQLite has no partitions.
package struct DchatMonthlyCopy: Sendable {
    private static let columns = #"id, sender_id, receiver_id, content, status, "timestamp""#

    /// The month that is read, with messages before it and behind it.
    package static let readMonth = DchatMonth(year: 2025, month: 3)
    /// The month that has been kept for long enough.
    package static let oldestMonth = DchatMonth(year: 2025, month: 1)

    private let way: Way

    package init(_ way: Way) {
        self.way = way
    }

    /// The copy; each way has its own.
    package var table: QualifiedName { DchatCaseStudy().table("messages_copied_\(way.rawValue)", in: .postgres) }

    /// Makes the copy; it is gone when the connection is closed.
    package func connect(to engine: any Engine) async throws -> any Connection {
        let connection = try await engine.connect(.readWrite)
        do {
            try await connection.runScript(creation)
            // As autovacuum would have, in time.
            try await connection.run("VACUUM (ANALYZE) \(table)")
        } catch {
            await connection.close()
            throw error
        }
        return FurnishedSession(connection, removal: "DROP TABLE \(table)")
    }

    /// How many messages were written in a month, and by how many users.
    package func count(_ month: DchatMonth) -> BoundStatement {
        """
        SELECT count(*), count(DISTINCT sender_id) FROM \(table)
        WHERE "timestamp" >= \(month.start) AND "timestamp" < \(month.next.start)
        """
    }

    /// Takes a month out: by deleting its rows or, where it is a table of its own, by detaching that.
    package func remove(_ month: DchatMonth, on connection: any Connection) async throws {
        switch way {
        case .before, .fair, .seed:
            try await connection.run(
                """
                DELETE FROM \(table) WHERE "timestamp" >= \(month.start) AND "timestamp" < \(month.next.start)
                """
            )
        case .expert:
            try await connection.run("ALTER TABLE \(table) DETACH PARTITION \(month.partition(of: table))")
        }
    }

    private var creation: String {
        let like = "CREATE TABLE \(table.quoted) (LIKE \(DchatTables(.postgres).messages.quoted) INCLUDING CONSTRAINTS)"
        let filling = """
            INSERT INTO \(table.quoted) (\(Self.columns))
            SELECT \(Self.columns) FROM \(DchatTables(.postgres).messages.quoted)
            """
        let statements =
            switch way {
            case .before, .fair: [like, filling, "ALTER TABLE \(table.quoted) ADD PRIMARY KEY (id)"]
            case .seed:
                // What is left of the document's advice for times, as its partitions do not run.
                [
                    like, filling, "ALTER TABLE \(table.quoted) ADD PRIMARY KEY (id)",
                    #"CREATE INDEX ON \#(table.quoted) ("timestamp" DESC)"#,
                ]
            case .expert:
                [#"\#(like) PARTITION BY RANGE ("timestamp")"#] + partitions + [
                    filling, #"ALTER TABLE \#(table.quoted) ADD PRIMARY KEY (id, "timestamp")"#,
                ]
            }
        return statements.joined(separator: ";\n")
    }

    private var partitions: [String] {
        DchatPartitioning.ofData.months.map { month in
            """
            CREATE TABLE \(month.partition(of: table).quoted) PARTITION OF \(table.quoted) FOR VALUES \(month.bounds)
            """
        }
    }
}
