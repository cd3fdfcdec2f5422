package import MartletCore

/// Row 0a: how many users, chats and messages there are, on a dashboard that is refreshed by the minute.
package struct ChatDashboard: Sendable {
    /// What the dashboard shows.
    package struct Totals: Sendable, Hashable {
        package var users: Int
        package var chats: Int
        package var messages: Int

        package init(users: Int, chats: Int, messages: Int) {
            self.users = users
            self.chats = chats
            self.messages = messages
        }
    }

    package init() {}

    package func totals(_ way: Way, on connection: any Connection) async throws -> Totals {
        let tables = ChatTables(connection.dialect)
        return switch way {
        case .before: try await readingAll(tables, connection)
        case .fair: try await counting(tables, connection)
        case .seed: try await readingCounters(tables, connection)
        case .expert: try await summingSlots(tables, connection)
        }
    }

    /// Every row of every table, counted in the application.
    private func readingAll(_ tables: ChatTables, _ connection: any Connection) async throws -> Totals {
        let users = try await connection.run("SELECT * FROM \(tables.users)")
        let chats = try await connection.run("SELECT * FROM \(tables.chats)")
        let messages = try await connection.run("SELECT * FROM \(tables.messages)")
        return Totals(users: users.count, chats: chats.count, messages: messages.count)
    }

    /// Counted by the database, which still reads every table.
    private func counting(_ tables: ChatTables, _ connection: any Connection) async throws -> Totals {
        let rows = try await connection.run(
            """
            SELECT (SELECT count(*) FROM \(tables.users)) AS users, (SELECT count(*) FROM \(tables.chats)) AS chats,
                   (SELECT count(*) FROM \(tables.messages)) AS messages
            """
        )
        return try Totals(
            users: rows[0].decode(Int.self, "users"),
            chats: rows[0].decode(Int.self, "chats"),
            messages: rows[0].decode(Int.self, "messages")
        )
    }

    /// One counter row for each key, all asked for at once.
    ///
    /// A missing counter counts as 0, as in the document.
    private func readingCounters(_ tables: ChatTables, _ connection: any Connection) async throws -> Totals {
        let results = try await connection.runPipelined(
            ChatStatistic.allCases.map { statistic in
                "SELECT value FROM \(tables.statistics) WHERE stat_key = \(statistic.rawValue) AND stripe = 0"
            }
        )
        let values = try results.map { try $0.first?.decode(Int.self, at: 0) ?? 0 }
        return Totals(users: values[0], chats: values[1], messages: values[2])
    }

    /// The sum of a handful of slots for each key.
    ///
    /// A missing counter is never read as 0: then the tables are counted.
    private func summingSlots(_ tables: ChatTables, _ connection: any Connection) async throws -> Totals {
        let rows = try await connection.run(
            """
            SELECT stat_key, CAST(sum(value) AS bigint) AS total FROM \(tables.statistics)
            WHERE stat_key IN ('users_total', 'chats_total', 'messages_total') GROUP BY stat_key
            """
        )
        var totals: [ChatStatistic: Int] = [:]
        for row in rows {
            if let statistic = ChatStatistic(rawValue: try row.decode(String.self, "stat_key")) {
                totals[statistic] = try row.decode(Int.self, "total")
            }
        }
        guard let users = totals[.users], let chats = totals[.chats], let messages = totals[.messages] else {
            return try await counting(tables, connection)
        }
        return Totals(users: users, chats: chats, messages: messages)
    }
}
