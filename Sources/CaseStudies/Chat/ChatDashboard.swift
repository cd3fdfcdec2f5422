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
        case .expert: try await readingNumbers(connection)
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
        return try Totals(rows[0])
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

    /// The library's counters by their views, in one statement.
    ///
    /// One that was not filled yet is counted by the database; one that is not there fails the statement.
    private func readingNumbers(_ connection: any Connection) async throws -> Totals {
        let prefix = connection.dialect == .postgres ? "martlet.number_of" : "martlet"
        let numbers = ["users", "chats", "messages"]
            .map { "(SELECT number FROM \(prefix)_\($0)_total) AS \($0)" }.joined(separator: ", ")
        return try Totals(try await connection.run("SELECT \(unsafeSQL: numbers)")[0])
    }
}

extension ChatDashboard.Totals {
    /// A row that has a column for each.
    fileprivate init(_ row: Row) throws {
        try self.init(
            users: row.decode(Int.self, "users"),
            chats: row.decode(Int.self, "chats"),
            messages: row.decode(Int.self, "messages")
        )
    }
}
