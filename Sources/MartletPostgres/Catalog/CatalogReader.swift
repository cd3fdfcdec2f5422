package import MartletCore

/// Reads all that PostgreSQL says of its tables.
package enum CatalogReader {
    /// Reads tables, columns, indexes, constraints, sequences, sizes and statistics of the current database.
    ///
    /// One round trip of ten statements, and one more the first time on a connection; thousands of tables take less
    /// than a second and a half. A table that another session locks exclusively is waited for, for 2 s at the most, and
    /// is then left out and listed in `lockedTables`.
    ///
    /// Left out: the server's own schemas, `martlet`, temporary tables, and what an extension brought. Sizes, rows and
    /// usage of a partitioned table and of its indexes are the sums over its partitions: whoever adds tables up must
    /// leave out either the parents or the partitions.
    package static func read(_ connection: any Connection) async throws(EngineError) -> Catalog {
        for _ in 1..<attemptsMax {
            do throws(EngineError) {
                return try await readUnlocked(connection)
            } catch  where error.driverCode == "XX000" && error.message.contains("could not open relation") {
                // A table was dropped between its row of pg_class and the look at its definition.
                continue
            }
        }
        return try await readUnlocked(connection)
    }

    /// Reading takes milliseconds, so a second drop within the next one is rare, and a fourth means that all are going.
    private static let attemptsMax = 4

    private static func readUnlocked(_ connection: any Connection) async throws(EngineError) -> Catalog {
        do throws(EngineError) {
            return try await readOnce(connection, leavesOutLocked: false)
        } catch {
            // Within a transaction of the caller nothing more can be read.
            guard error.code == .lockTimeout, connection.standing == .ready else { throw error }
            return try await readOnce(connection, leavesOutLocked: true)
        }
    }

    private static func readOnce(
        _ connection: any Connection,
        leavesOutLocked: Bool
    ) async throws(EngineError) -> Catalog {
        let statements = CatalogQueries.all(leavesOutLocked: leavesOutLocked)
            .map { BoundStatement(Statement(unsafeText: "\(OwnStatement.mark) \($0)")) }
        let results = try await connection.runPipelined(statements)
        guard results.count == statements.count, let database = results[0].first else {
            throw EngineError(.undecodable, "the catalog of the database came back incomplete; try again")
        }
        var assembly = CatalogAssembly(countsUsage: try database.decode(at: 6))
        try assembly.addTables(results[3])
        try assembly.addColumns(results[4])
        try assembly.addIndexes(results[5], special: results[6])
        try assembly.addConstraints(results[7])
        return Catalog(
            dialect: .postgres,
            version: try version(database.decode(at: 1)),
            database: try database.decode(at: 0),
            sizeBytes: try database.decode(at: 2),
            tables: assembly.finish(),
            lockedTables: try results[2].map(lockedTable),
            sequences: try results[8].map(sequence),
            statisticsSince: try database.decode(Timestamp?.self, at: 3),
            readAt: try database.decode(at: 4),
            isReplica: try database.decode(at: 5)
        )
    }

    /// Debian adds its own version: `15.18 (Debian 15.18-0+deb12u1)`.
    private static func version(_ text: String) -> String {
        String(text.prefix { $0 != " " })
    }

    private static func lockedTable(_ row: Row) throws(EngineError) -> Catalog.LockedTable {
        Catalog.LockedTable(
            name: QualifiedName(schema: try row.decode(at: 0), name: try row.decode(at: 1)),
            session: try row.decode(Int?.self, at: 2),
            sessionState: try row.decode(String?.self, at: 3),
            heldSeconds: try row.decode(Double?.self, at: 4),
            waitingSessions: try row.decode(at: 5)
        )
    }

    private static func sequence(_ row: Row) throws(EngineError) -> Catalog.Sequence {
        let increment = try row.decode(Int64.self, at: 5)
        let width = try row.decode(Int.self, at: 9)
        let ascends = increment >= 0
        let ofSequence = try row.decode(Int64.self, at: ascends ? 3 : 4)
        let ofColumn = Int64.max >> (64 - 8 * width)
        let isWithinColumn = ascends ? ofSequence <= ofColumn : ofSequence >= -ofColumn - 1
        return Catalog.Sequence(
            name: QualifiedName(schema: try row.decode(at: 0), name: try row.decode(at: 1)),
            ownedBy: try owner(row),
            lastValue: try row.decode(Int64?.self, at: 2),
            maximum: ascends ? min(ofSequence, ofColumn) : max(ofSequence, -ofColumn - 1),
            increment: increment,
            // Where the column is too narrow the sequence does not come to beginning anew.
            cycles: try row.decode(Bool.self, at: 10) && isWithinColumn
        )
    }

    private static func owner(_ row: Row) throws(EngineError) -> String? {
        guard let schema = try row.decode(String?.self, at: 6), let table = try row.decode(String?.self, at: 7),
            let column = try row.decode(String?.self, at: 8)
        else { return nil }
        return "\(QualifiedName(schema: schema, name: table)).\(column)"
    }
}
