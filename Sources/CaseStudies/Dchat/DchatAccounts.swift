package import MartletCore

/// Row 3d: who signs in with a wallet, and who is looked for by name.
package struct DchatAccounts: Sendable {
    /// Users that a search shows at the most.
    package static let searchMax = 20

    package init() {}

    /// The user with that wallet, by number and name; empty if there is none.
    ///
    /// Wallets write the same address in capital and small letters or in small ones only; the letters' case is but a
    /// checksum (EIP-55). The document compares it.
    package func login(wallet: String, _ way: Way, on connection: any Connection) async throws -> [[Value]] {
        let users = DchatTables(connection.dialect).users
        let statement: BoundStatement =
            switch way {
            case .before, .fair, .seed: "SELECT * FROM \(users) WHERE wallet_address = \(wallet)"
            case .expert:
                "SELECT id, name, public_key FROM \(users) WHERE lower(wallet_address) = \(wallet.lowercased())"
            }
        return try await connection.run(statement).map { [$0["id"], $0["name"]] }
    }

    /// Users whose names begin with what was typed, in whatever letters, by number and name.
    package func search(_ typed: String, _ way: Way, on connection: any Connection) async throws -> [[Value]] {
        let statement = searching(typed, way, DchatTables(connection.dialect))
        return try await connection.run(statement).map { [$0["id"], $0["name"]] }
    }

    private func searching(_ typed: String, _ way: Way, _ tables: DchatTables) -> BoundStatement {
        let (users, name) = (tables.users, tables.searchableName)
        switch way {
        case .before, .fair:
            // What the document warns of: a function over the column.
            return """
                SELECT * FROM \(users) WHERE lower(name) LIKE \(typed.lowercased() + "%")
                ORDER BY \(unsafeSQL: name), id LIMIT \(spliced: Self.searchMax)
                """
        case .seed:
            // What it recommends: the bare column.
            return """
                SELECT * FROM \(users) WHERE name LIKE \(typed + "%")
                ORDER BY \(unsafeSQL: name), id LIMIT \(spliced: Self.searchMax)
                """
        case .expert:
            // A range instead of a pattern: it finds its place in the index whatever is typed, % and _ included, also
            // where the plan is made before the value is known. No text sorts behind the last code point.
            let first = typed.lowercased()
            return """
                SELECT id, name FROM \(users)
                WHERE \(unsafeSQL: name) >= \(first) AND \(unsafeSQL: name) < \(first + "\u{10FFFF}")
                ORDER BY \(unsafeSQL: name), id LIMIT \(spliced: Self.searchMax)
                """
        }
    }
}
