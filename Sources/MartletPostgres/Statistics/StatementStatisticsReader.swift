package import MartletCore

/// Reads pg_stat_statements of the current database.
package enum StatementStatisticsReader {
    /// Where the extension is, and whether it can be read.
    private struct Installation {
        let schema: Identifier
        /// Major and minor version, such as 1 and 9.
        let version: (Int, Int)

        init(schema: String, version: String) {
            let numbers = version.split(separator: ".").compactMap { Int($0) }
            self.schema = Identifier(schema)
            self.version = (numbers.first ?? 1, numbers.dropFirst().first ?? 0)
        }
    }

    /// Reads the statements with the largest total time; utility statements and Martlet's own are left out.
    ///
    /// Two round trips, and two more the first time on a connection. Where the extension is missing, is not loaded or
    /// may not be read, the answer says what to do.
    package static func read(
        _ connection: any Connection,
        limit: Int
    ) async throws(EngineError) -> StatementStatisticsReport {
        let found = try await connection.run(BoundStatement(stringLiteral: StatementStatisticsQueries.installation))
        guard let row = found.first else { return .unavailable(reason: "the server says nothing of its extensions") }
        guard let version = try row.decode(String?.self, at: 0), let schema = try row.decode(String?.self, at: 1) else {
            return .unavailable(reason: try missing(row))
        }
        let installation = Installation(schema: schema, version: version)
        do throws(EngineError) {
            return try await statistics(connection, installation, limit)
        } catch  where error.driverCode == "55000" {
            return .unavailable(
                reason: "pg_stat_statements exists in this database but is not loaded: "
                    + StatementStatisticsQueries.preloadAdvice
            )
        } catch  where error.code == .permissionDenied {
            return .unavailable(
                reason: "this role may not read pg_stat_statements: GRANT pg_read_all_stats TO it"
            )
        }
    }

    private static func missing(_ row: Row) throws(EngineError) -> String {
        if try !row.decode(Bool.self, at: 2) {
            return "pg_stat_statements is not installed on the server: install PostgreSQL's contrib package, "
                + StatementStatisticsQueries.preloadAdvice + ", then CREATE EXTENSION pg_stat_statements"
        }
        // Only some roles see the setting.
        if let libraries = try row.decode(String?.self, at: 3), !libraries.contains("pg_stat_statements") {
            return "pg_stat_statements is not loaded: " + StatementStatisticsQueries.preloadAdvice
                + ", then CREATE EXTENSION pg_stat_statements"
        }
        return "pg_stat_statements is not created in this database: CREATE EXTENSION pg_stat_statements"
    }

    private static func statistics(
        _ connection: any Connection,
        _ installation: Installation,
        _ limit: Int
    ) async throws(EngineError) -> StatementStatisticsReport {
        let queries = StatementStatisticsQueries(schema: installation.schema, version: installation.version)
        let results = try await connection.runPipelined([queries.top(limit), queries.summary])
        guard results.count == 2, let summary = results[1].first else {
            throw EngineError(.undecodable, "pg_stat_statements came back incomplete; try again")
        }
        let hidden = try summary.decode(Int.self, at: 1)
        if results[0].isEmpty, hidden > 0 {
            return .unavailable(
                reason: "this role may not see the \(hidden) statements of others: GRANT pg_read_all_stats TO it"
            )
        }
        return .available(
            try results[0].map(statement),
            since: try summary.decode(Timestamp?.self, at: 0)
        )
    }

    private static func statement(_ row: Row) throws(EngineError) -> StatementStatistics {
        StatementStatistics(
            statement: try row.decode(at: 0),
            calls: try row.decode(at: 1),
            totalSeconds: try row.decode(Double.self, at: 2) / 1_000,
            maximumSeconds: try row.decode(Double.self, at: 3) / 1_000,
            rows: try row.decode(at: 4),
            buffers: Buffers(
                hit: try row.decode(at: 5),
                read: try row.decode(at: 6),
                temporary: try row.decode(at: 7)
            )
        )
    }
}
