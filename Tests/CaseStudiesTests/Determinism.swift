import CaseStudies
import MartletCore
import Testing

/// Whether the rows of a case study follow from its seed.
struct Determinism {
    private let study: any CaseStudy
    private let dialect: Dialect

    init(_ study: any CaseStudy, _ dialect: Dialect) {
        self.study = study
        self.dialect = dialect
    }

    /// Compares all tables of one seed, and one table of another, which must differ.
    func check(differing table: String) async throws {
        let tables = study.tables(of: .small, for: dialect, seed: 7)
        for (first, second) in zip(tables, study.tables(of: .small, for: dialect, seed: 7)) {
            #expect(try await rows(of: first) == rows(of: second), "\(first.name)")
        }
        let same = try #require(tables.first { $0.name.name == table })
        let other = study.tables(of: .small, for: dialect, seed: 8).first { $0.name.name == table }
        #expect(try await rows(of: same) != rows(of: try #require(other)))
    }

    private func rows(of table: GeneratedTable) async throws -> [[Value]] {
        var rows: [[Value]] = []
        try await table.forEachBatch { rows += $0 }
        return rows
    }
}
