package import Foundation
package import MartletCore

/// Row 1c: a render with the one it was made from, the one it looks at, and its chain.
package struct RenderContext: Sendable {
    /// Identifiers and names that the page shows.
    package struct Context: Sendable, Hashable {
        package var prompt: String
        package var parentPrompt: String?
        package var referencePrompt: String?
        package var chainName: String?

        package init(prompt: String, parentPrompt: String?, referencePrompt: String?, chainName: String?) {
            self.prompt = prompt
            self.parentPrompt = parentPrompt
            self.referencePrompt = referencePrompt
            self.chainName = chainName
        }
    }

    package init() {}

    /// The context; nil if there is no such render.
    package func context(of render: UUID, _ way: Way, on connection: any Connection) async throws -> Context? {
        let tables = RendersTables(connection.dialect)
        return switch way {
        case .before, .fair: try await oneByOne(render, tables, connection)
        case .seed: try await mainThenOthers(render, tables, connection)
        case .expert: try await joined(render, tables, connection)
        }
    }

    /// Up to four statements, each waiting for the one before.
    private func oneByOne(_ id: UUID, _ tables: RendersTables, _ connection: any Connection) async throws -> Context? {
        guard let render = try await connection.run(renderByID(id, tables)).first else { return nil }
        let parent = try await first(of: related(render, "parent_render_id", tables), connection)
        let reference = try await first(of: related(render, "reference_render_id", tables), connection)
        let chain = try await first(of: chain(of: render, tables), connection)
        return try context(render, parent, reference, chain)
    }

    /// The document's way: the render, then all it refers to at the same time.
    private func mainThenOthers(
        _ id: UUID,
        _ tables: RendersTables,
        _ connection: any Connection
    ) async throws -> Context? {
        guard let render = try await connection.run(renderByID(id, tables)).first else { return nil }
        let statements = [
            try related(render, "parent_render_id", tables), try related(render, "reference_render_id", tables),
            try chain(of: render, tables),
        ]
        let asked = statements.compactMap { $0 }
        var results = asked.isEmpty ? [] : try await connection.runPipelined(asked)
        let rows = statements.map { $0 == nil ? nil : results.removeFirst().first }
        return try context(render, rows[0], rows[1], rows[2])
    }

    /// One statement that reads four rows by their keys, and only the columns that are shown.
    private func joined(_ id: UUID, _ tables: RendersTables, _ connection: any Connection) async throws -> Context? {
        let rows = try await connection.run(
            """
            SELECT render.prompt, parent.prompt, reference.prompt, chain.name
            FROM \(tables.renders) AS render
            LEFT JOIN \(tables.renders) AS parent ON parent.id = render.parent_render_id
            LEFT JOIN \(tables.renders) AS reference ON reference.id = render.reference_render_id
            LEFT JOIN \(tables.chains) AS chain ON chain.id = render.chain_id
            WHERE render.id = \(id)
            """
        )
        guard let row = rows.first else { return nil }
        return Context(
            prompt: try row.decode(String.self, at: 0),
            parentPrompt: try row.decode(String?.self, at: 1),
            referencePrompt: try row.decode(String?.self, at: 2),
            chainName: try row.decode(String?.self, at: 3)
        )
    }

    private func context(_ render: Row, _ parent: Row?, _ reference: Row?, _ chain: Row?) throws -> Context {
        Context(
            prompt: try render.decode(String.self, "prompt"),
            parentPrompt: try parent?.decode(String.self, "prompt"),
            referencePrompt: try reference?.decode(String.self, "prompt"),
            chainName: try chain?.decode(String.self, "name")
        )
    }

    private func first(of statement: BoundStatement?, _ connection: any Connection) async throws -> Row? {
        guard let statement else { return nil }
        return try await connection.run(statement).first
    }

    private func related(_ render: Row, _ column: String, _ tables: RendersTables) throws -> BoundStatement? {
        try render.decode(UUID?.self, column).map { renderByID($0, tables) }
    }

    private func chain(of render: Row, _ tables: RendersTables) throws -> BoundStatement? {
        try render.decode(UUID?.self, "chain_id").map { "SELECT * FROM \(tables.chains) WHERE id = \($0)" }
    }

    private func renderByID(_ id: UUID, _ tables: RendersTables) -> BoundStatement {
        "SELECT * FROM \(tables.renders) WHERE id = \(id)"
    }
}
