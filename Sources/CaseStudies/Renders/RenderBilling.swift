package import Foundation
package import MartletCore

/// Row 1d: a user's credits with his plan, and their monthly reset.
package struct RenderBilling: Sendable {
    /// What a user has and pays for.
    package struct Account: Sendable, Hashable {
        package var balance: Int
        /// The plan of the active subscription; nil if there is none.
        package var plan: String?

        package init(balance: Int, plan: String?) {
            self.balance = balance
            self.plan = plan
        }
    }

    package init() {}

    /// The account; nil if the user has none.
    package func account(of user: UUID, _ way: Way, on connection: any Connection) async throws -> Account? {
        let tables = RendersTables(connection.dialect)
        switch way {
        case .before, .fair:
            guard let credits = try await connection.run(creditsOfUser(user, tables)).first else { return nil }
            let plans = try await connection.run(planOfUser(user, tables))
            return Account(
                balance: try credits.decode(Int.self, "balance"),
                plan: try plans.first?.decode(String.self, "name")
            )
        case .seed: return try account(in: try await connection.run(newestAccount(user, tables)))
        case .expert: return try account(in: try await connection.run(onlyAccount(user, tables)))
        }
    }

    /// Gives a user the credits of his plan if they are due, and returns his balance; nil if he has no account.
    ///
    /// `next` is when they are due again.
    package func balanceAfterReset(
        of user: UUID,
        at now: Timestamp,
        next: Timestamp,
        _ way: Way,
        on connection: any Connection
    ) async throws -> Int? {
        let tables = RendersTables(connection.dialect)
        guard way == .expert else { return try await readingFirst(user, now, next, tables, connection) }
        // The condition is checked under the lock of the row: of two at once, the second finds nothing due.
        let results = try await connection.runPipelined([
            """
            UPDATE \(tables.credits) AS credits
            SET balance = credits.balance + granted.amount, total_earned = credits.total_earned + granted.amount,
                monthly_reset_at = \(next), updated_at = \(now)
            FROM (SELECT subscriptions.user_id, plans.credits_per_month AS amount
                  FROM \(tables.subscriptions) AS subscriptions
                  JOIN \(tables.plans) AS plans ON plans.id = subscriptions.plan_id
                  WHERE subscriptions.user_id = \(user) AND subscriptions.status = 'active') AS granted
            WHERE credits.user_id = granted.user_id AND credits.monthly_reset_at <= \(now)
            """,
            "SELECT balance FROM \(tables.credits) WHERE user_id = \(user)",
        ])
        return try results[1].first?.decode(Int.self, at: 0)
    }

    /// The document's way, which hides a write in a read: two who find the credits due both write the sum they made.
    private func readingFirst(
        _ user: UUID,
        _ now: Timestamp,
        _ next: Timestamp,
        _ tables: RendersTables,
        _ connection: any Connection
    ) async throws -> Int? {
        guard let credits = try await connection.run(creditsOfUser(user, tables)).first else { return nil }
        let balance = try credits.decode(Int.self, "balance")
        guard let due = try credits.decode(Timestamp?.self, "monthly_reset_at"), due <= now,
            let plan = try await connection.run(planOfUser(user, tables)).first
        else { return balance }
        let granted = try plan.decode(Int.self, "credits_per_month")
        let earned = try credits.decode(Int.self, "total_earned")
        try await connection.run(
            """
            UPDATE \(tables.credits) SET balance = \(balance + granted), total_earned = \(earned + granted),
                   monthly_reset_at = \(next), updated_at = \(now) WHERE user_id = \(user)
            """
        )
        return balance + granted
    }

    private func account(in rows: Rows) throws -> Account? {
        guard let row = rows.first else { return nil }
        return Account(
            balance: try row.decode(Int.self, "balance"),
            plan: try row.decode(String?.self, "name")
        )
    }

    /// The document's one statement: of two active subscriptions the newest, if their times differ.
    private func newestAccount(_ user: UUID, _ tables: RendersTables) -> BoundStatement {
        """
        SELECT credits.*, plans.name FROM \(tables.credits) AS credits
        LEFT JOIN \(tables.subscriptions) AS subscriptions
          ON subscriptions.user_id = credits.user_id AND subscriptions.status = 'active'
        LEFT JOIN \(tables.plans) AS plans ON plans.id = subscriptions.plan_id
        WHERE credits.user_id = \(user) ORDER BY subscriptions.created_at DESC LIMIT 1
        """
    }

    /// A unique index says that there is one at the most, so nothing is sorted or cut.
    private func onlyAccount(_ user: UUID, _ tables: RendersTables) -> BoundStatement {
        """
        SELECT credits.balance, plans.name FROM \(tables.credits) AS credits
        LEFT JOIN \(tables.subscriptions) AS subscriptions
          ON subscriptions.user_id = credits.user_id AND subscriptions.status = 'active'
        LEFT JOIN \(tables.plans) AS plans ON plans.id = subscriptions.plan_id
        WHERE credits.user_id = \(user)
        """
    }

    private func creditsOfUser(_ user: UUID, _ tables: RendersTables) -> BoundStatement {
        "SELECT * FROM \(tables.credits) WHERE user_id = \(user)"
    }

    private func planOfUser(_ user: UUID, _ tables: RendersTables) -> BoundStatement {
        """
        SELECT plans.* FROM \(tables.subscriptions) AS subscriptions
        JOIN \(tables.plans) AS plans ON plans.id = subscriptions.plan_id
        WHERE subscriptions.user_id = \(user) AND subscriptions.status = 'active'
        ORDER BY subscriptions.created_at DESC LIMIT 1
        """
    }
}
