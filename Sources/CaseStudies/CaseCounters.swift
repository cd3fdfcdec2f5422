package import Martlet
package import MartletCore

/// The counters that a way of an application needs, on one database.
package struct CaseCounters: Sendable {
    /// What they count, in the order in which they are added.
    package let definitions: [CounterDefinition]
    private let counters: Counters

    package init(_ study: any CaseStudy, _ way: Way, on engine: any Engine) {
        definitions = study.counters(for: way, dialect: engine.dialect)
        counters = Counters(engine)
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
