package import MartletCore

/// Rows 3c and 3d: the groups of a user, and new groups.
package struct DchatGroups: Sendable {
    /// Groups of a page: the figure of the document.
    package static let pageSize = 50

    /// A group that a user wants to create.
    package struct Draft: Sendable, Hashable {
        package var owner: Int
        package var name: String
        /// Users who are in it from the beginning, the owner left out.
        package var members: [Int]

        package init(owner: Int, name: String, members: [Int]) {
            self.owner = owner
            self.name = name
            self.members = members
        }
    }

    package init() {}

    // MARK: Reading

    /// The groups that a user joined last, by number and name.
    package func joinedLast(by user: Int, _ way: Way, on connection: any Connection) async throws -> [[Value]] {
        let tables = DchatTables(connection.dialect)
        let columns = way == .expert ? "groups.id, groups.name" : "groups.*"
        let rows = try await connection.run(
            """
            SELECT \(unsafeSQL: columns) FROM \(tables.members) AS members
            JOIN \(tables.groups) AS groups ON groups.id = members.group_id
            WHERE members.user_id = \(user) ORDER BY members.joined_at DESC LIMIT \(spliced: Self.pageSize)
            """
        )
        return rows.map { [$0["id"], $0["name"]] }
    }

    // MARK: Creating

    /// Creates the group with its owner and members, and returns all who are in it.
    package func create(_ draft: Draft, _ way: Way, on connection: any Connection) async throws -> [Int] {
        let tables = DchatTables(connection.dialect)
        let members = [draft.owner] + draft.members
        let added: Rows
        switch (way, connection.dialect) {
        case (.expert, .postgres): added = try await connection.run(creation(of: draft, members, tables))
        case (.expert, .sqlite):
            let results = try await connection.runPipelined([
                addition(of: draft, tables), additionOfMembers(members, tables),
            ])
            added = results[1]
        default: return try await oneByOne(draft, members, tables, connection)
        }
        return try added.map { try $0.decode(Int.self, "user_id") }.sorted()
    }

    /// The group, then each member, each waiting for the one before; what fails half way stays half done.
    private func oneByOne(
        _ draft: Draft,
        _ members: [Int],
        _ tables: DchatTables,
        _ connection: any Connection
    ) async throws -> [Int] {
        let group = try await connection.run(addition(of: draft, tables))[0].decode(Int.self, "id")
        for member in members {
            try await connection.run(
                "INSERT INTO \(tables.members) (group_id, user_id) VALUES (\(group), \(member))"
            )
        }
        return members.sorted()
    }

    private func addition(of draft: Draft, _ tables: DchatTables) -> BoundStatement {
        "INSERT INTO \(tables.groups) (owner_id, name) VALUES (\(draft.owner), \(draft.name)) RETURNING id"
    }

    /// One statement, so all or nothing; the list is one value, whatever its length, and names nobody twice.
    private func creation(of draft: Draft, _ members: [Int], _ tables: DchatTables) -> BoundStatement {
        """
        WITH created AS (
          INSERT INTO \(tables.groups) (owner_id, name)
          VALUES (\(draft.owner)::bigint, \(draft.name)::text) RETURNING id
        )
        INSERT INTO \(tables.members) (group_id, user_id)
        SELECT DISTINCT created.id, member FROM created, unnest(\(members)::bigint[]) AS member
        RETURNING user_id
        """
    }

    /// Members of the group that was added last: the function would tell of the members themselves if asked again.
    private func additionOfMembers(_ members: [Int], _ tables: DchatTables) -> BoundStatement {
        """
        WITH created AS MATERIALIZED (SELECT last_insert_rowid() AS id)
        INSERT INTO \(tables.members) (group_id, user_id)
        SELECT DISTINCT created.id, member.value FROM created, json_each(\(members)) AS member
        RETURNING user_id
        """
    }
}
