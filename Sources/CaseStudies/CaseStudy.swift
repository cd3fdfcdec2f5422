package import Martlet
package import MartletCore

/// An application of one of the source documents, slow as it was, and mended in two ways.
package protocol CaseStudy: Sendable {
    /// What commands call it by: `chat`.
    var name: String { get }
    /// What the application is and what was wrong with it, in a few sentences.
    var story: String { get }

    /// Tables without any index beyond keys and unique constraints, as a script.
    func schema(for dialect: Dialect) -> String
    /// Its rows in the order in which foreign keys allow them; the same seed gives the same rows.
    func tables(of size: CaseSize, for dialect: Dialect, seed: UInt64) -> [GeneratedTable]
    /// The indexes that a way of mending adds; the first that have a name in the source document keep it.
    func indexes(_ set: CaseIndexSet, for dialect: Dialect) -> [CaseIndex]
    /// The index set that a way brings along, nil if it leaves the indexes as they are; the one of its name if it says
    /// nothing else.
    func indexSet(of way: Way) -> CaseIndexSet?
    /// The change to the schema that a way of mending needs; nil if it needs none.
    func migration(for way: Way, dialect: Dialect) -> MigrationPlan?
    /// The counters that a way of mending reads, made after its change to the schema; none if it says nothing else.
    func counters(for way: Way, dialect: Dialect) -> [CounterDefinition]
    /// Rules whose findings the expert's migration mends; the first of these findings is named as its cause.
    var rulesMended: Set<String> { get }
    /// What the application does, one for each row that is shown.
    func operations(of size: CaseSize) -> [CaseOperation]
    /// What its users ask for all the time, in one of the ways; its operations if it says nothing else.
    func requests(_ way: Way, of size: CaseSize, for dialect: Dialect) -> [CaseRequest]
}

extension CaseStudy {
    /// The indexes that the application had at first: none where its document adds some, else those of its document.
    package var indexesAtFirst: CaseIndexSet {
        indexSet(of: .seed) == nil ? .seed : .none
    }

    package func indexSet(of way: Way) -> CaseIndexSet? {
        switch way {
        case .before, .fair: nil
        case .seed: .seed
        case .expert: .expert
        }
    }

    package func counters(for way: Way, dialect: Dialect) -> [CounterDefinition] { [] }

    package func requests(_ way: Way, of size: CaseSize, for dialect: Dialect) -> [CaseRequest] {
        operations(of: size, for: dialect).compactMap { CaseRequest($0, way) }
    }

    /// What the application does in a dialect.
    package func operations(of size: CaseSize, for dialect: Dialect) -> [CaseOperation] {
        operations(of: size).filter { $0.dialects.contains(dialect) }
    }

    /// Where its tables are: a schema of its own on PostgreSQL, the file itself on SQLite.
    package func table(_ name: String, in dialect: Dialect) -> QualifiedName {
        QualifiedName(schema: dialect == .postgres ? self.name : "main", name: name)
    }
}
