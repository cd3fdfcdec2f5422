package import Foundation
package import MartletCore

/// Rows 1b and 1h: chains of renders are shown and deleted.
package struct RenderChains: Sendable {
    package init() {}

    /// Deletes a chain; its renders stay, without a place in it.
    ///
    /// Returns how many renders were detached; nil if there is no such chain.
    package func delete(_ chain: UUID, _ way: Way, on connection: any Connection) async throws -> Int? {
        let tables = RendersTables(connection.dialect)
        return switch way {
        case .before: try await oneByOne(chain, tables, connection)
        case .fair: try await byChain(chain, tables, connection)
        case .seed: try await byList(chain, tables, connection)
        case .expert: try await atOnce(chain, tables, connection)
        }
    }

    /// The renders of a chain in their order: identifier and place.
    package func renders(of chain: UUID, on connection: any Connection) async throws -> [[Value]] {
        let tables = RendersTables(connection.dialect)
        let rows = try await connection.run(
            """
            SELECT id, chain_position FROM \(tables.renders) WHERE chain_id = \(chain) ORDER BY chain_position
            """
        )
        return rows.map(\.values)
    }

    /// Deletes one render, to which no other refers; the database must make sure of it.
    package func deleteRender(_ render: UUID, on connection: any Connection) async throws -> Bool {
        let tables = RendersTables(connection.dialect)
        return try await connection.run("DELETE FROM \(tables.renders) WHERE id = \(render)").affectedRows == 1
    }

    /// A statement for each render, outside any transaction: what fails half way stays half done.
    private func oneByOne(_ chain: UUID, _ tables: RendersTables, _ connection: any Connection) async throws -> Int? {
        let renders = try await connection.run("SELECT id FROM \(tables.renders) WHERE chain_id = \(chain)")
        for render in renders {
            try await connection.run(
                """
                UPDATE \(tables.renders) SET chain_id = NULL, chain_position = NULL
                WHERE id = \(try render.decode(UUID.self, at: 0))
                """
            )
        }
        return try await connection.run(deletion(chain, tables)).affectedRows == 1 ? renders.count : nil
    }

    /// The document's way: one statement for all renders, which needs their list, still outside any transaction.
    ///
    /// A render that is added to the chain after the list was read makes the deletion fail.
    private func byList(_ chain: UUID, _ tables: RendersTables, _ connection: any Connection) async throws -> Int? {
        let renders = try await connection.run("SELECT id FROM \(tables.renders) WHERE chain_id = \(chain)")
        let identifiers = try renders.map { try $0.decode(UUID.self, at: 0) }
        if !identifiers.isEmpty {
            try await connection.run(
                """
                UPDATE \(tables.renders) SET chain_id = NULL, chain_position = NULL WHERE id IN (\(list: identifiers))
                """
            )
        }
        return try await connection.run(deletion(chain, tables)).affectedRows == 1 ? renders.count : nil
    }

    /// Two statements without a list, one after the other, and nothing that holds them together.
    private func byChain(_ chain: UUID, _ tables: RendersTables, _ connection: any Connection) async throws -> Int? {
        let detached = try await connection.run(detachment(chain, tables)).affectedRows
        return try await connection.run(deletion(chain, tables)).affectedRows == 1 ? detached : nil
    }

    /// The same two in one round trip, of which both take effect or neither.
    private func atOnce(_ chain: UUID, _ tables: RendersTables, _ connection: any Connection) async throws -> Int? {
        let results = try await connection.runPipelined([detachment(chain, tables), deletion(chain, tables)])
        return results[1].affectedRows == 1 ? results[0].affectedRows : nil
    }

    private func detachment(_ chain: UUID, _ tables: RendersTables) -> BoundStatement {
        "UPDATE \(tables.renders) SET chain_id = NULL, chain_position = NULL WHERE chain_id = \(chain)"
    }

    private func deletion(_ chain: UUID, _ tables: RendersTables) -> BoundStatement {
        "DELETE FROM \(tables.chains) WHERE id = \(chain)"
    }
}
