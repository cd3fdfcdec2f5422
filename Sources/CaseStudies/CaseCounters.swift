package import Martlet
package import MartletCore

/// The counters that a way of an application needs, on one database.
package struct CaseCounters: Sendable {
    /// What they count, in the order in which they are added.
    package let definitions: [CounterDefinition]
    private let engine: any Engine
    private let counters: Counters

    package init(_ study: any CaseStudy, _ way: Way, on engine: any Engine) {
        definitions = study.counters(for: way, dialect: engine.dialect)
        self.engine = engine
        counters = Counters(engine)
    }

    /// Makes the indexes without which a number cannot be kept in a column of its parent, where there are none.
    ///
    /// For a set of indexes that lacks them; nothing takes them away again.
    package func addIndexes() async throws {
        try await engine.withConnection(.readWrite) { connection in
            let catalog = try await connection.catalog()
            for definition in definitions where definition.parent != nil {
                let table = definition.table
                let isThere = catalog.table(table)?.indexes
                    .contains { index in
                        Set(index.keys.prefix(definition.keyColumns.count).map(\.text)) == Set(definition.keyColumns)
                    }
                guard isThere != true else { continue }
                let keys = definition.keyColumns.map { Identifier($0).quoted }.joined(separator: ", ")
                // SQLite has the schema at the index, PostgreSQL at the table.
                let target = connection.dialect == .postgres ? table.quoted : Identifier(table.name).quoted
                let name = Identifier("\(definition.name)_key").quoted
                _ = try await connection.run(
                    "CREATE INDEX \(unsafeSQL: name) ON \(unsafeSQL: target) (\(unsafeSQL: keys))"
                )
            }
        }
    }

    /// Installs each, counts what there is, and compares it with the rows.
    ///
    /// Others may write meanwhile.
    package func add() async throws -> [CounterVerification] {
        for definition in definitions {
            try await counters.install(definition)
            _ = try await counters.store.initialise(definition.name, force: false)
        }
        return try await verify()
    }

    /// Compares each with the rows.
    package func verify() async throws -> [CounterVerification] {
        var verifications: [CounterVerification] = []
        for definition in definitions { verifications.append(try await counters.store.verify(definition.name)) }
        return verifications
    }

    /// Takes them away, the last first; a column of a parent keeps the numbers that it has.
    package func remove() async throws {
        for definition in definitions.reversed() { try await counters.store.remove(definition.name) }
    }
}
