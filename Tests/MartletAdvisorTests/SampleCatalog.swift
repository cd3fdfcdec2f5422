import MartletCore

@testable import MartletAdvisor

/// Small catalogs for tests, written as DDL.
enum SampleCatalog {
    /// The moment at which sample catalogs were read.
    static let readAt = Timestamp(microsecondsSince1970: 1_750_000_000_000_000)

    static func make(_ ddl: String, _ change: (inout Catalog) -> Void = { _ in }) -> Catalog {
        var fixture = SchemaFixture()
        fixture.read(ddl)
        var catalog = fixture.catalog
        catalog.readAt = readAt
        change(&catalog)
        return catalog
    }

    static func daysAgo(_ days: Int) -> Timestamp {
        Timestamp(microsecondsSince1970: readAt.microsecondsSince1970 - Int64(days) * 86_400_000_000)
    }
}

extension Catalog {
    /// Changes one table, named without its schema.
    mutating func change(table name: String, _ body: (inout Table) -> Void) {
        for position in tables.indices where tables[position].name.name == name { body(&tables[position]) }
    }

    /// Changes one index, named without its schema.
    mutating func change(index name: String, _ body: (inout Index) -> Void) {
        for table in tables.indices {
            for position in tables[table].indexes.indices where tables[table].indexes[position].name == name {
                body(&tables[table].indexes[position])
            }
        }
    }
}

extension Rule {
    /// What it finds on a catalog alone.
    func findings(on catalog: Catalog) -> [Finding] {
        findings(in: Observation(catalog: catalog))
    }

    /// The subjects it finds, sorted.
    func subjects(on catalog: Catalog) -> [String] {
        findings(on: catalog).map(\.subject).sorted()
    }

    /// Whether nothing is left of a finding once its first remedy has been carried out.
    func isMended(_ finding: Finding, of catalog: Catalog) -> Bool {
        var catalog = catalog
        guard let remedy = finding.remedies.first else { return false }
        catalog.carryOut(remedy)
        return !findings(on: catalog).contains { $0.id == finding.id }
    }
}
