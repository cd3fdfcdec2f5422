import CaseStudies
import MartletCore

/// Foreign keys without an index that finds the rows that refer to a row.
struct UnsupportedForeignKeys {
    private let study: any CaseStudy
    private let dialect: Dialect

    init(_ study: any CaseStudy, _ dialect: Dialect) {
        self.study = study
        self.dialect = dialect
    }

    /// Table and first column of each, sorted; a way brings its change to the schema.
    func names(with indexes: CaseIndexSet, way: Way = .before) async throws -> [String] {
        try await CaseFixture.with(study, dialect, indexes: indexes, way: way) { try await Self.names(in: $0) }
    }

    /// Table and first column of each in a database that is at hand, sorted.
    static func names(in fixture: CaseFixture) async throws -> [String] {
        let catalog = try await fixture.engine.withConnection(.readOnly) { try await $0.catalog() }
        return catalog.tables
            .flatMap { table in
                table.constraints.compactMap { constraint -> String? in
                    guard case .foreignKey = constraint.kind else { return nil }
                    let isSupported = table.indexes.contains { supports($0, constraint) }
                    return isSupported ? nil : "\(table.name.name).\(constraint.columns.joined(separator: "+"))"
                }
            }
            .sorted()
    }

    /// An index that begins with the columns, in any order, and holds every row that refers to another.
    private static func supports(_ index: Index, _ constraint: Constraint) -> Bool {
        Set(index.keys.prefix(constraint.columns.count).map(\.text)) == Set(constraint.columns)
            && index.predicate.map { $0.uppercased().contains("IS NOT NULL") } ?? true
    }
}
