import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("unused-index")
struct UnusedIndexTests {
    static let table = """
        CREATE TABLE m (id bigint PRIMARY KEY, r bigint NOT NULL, u bigint REFERENCES m, v bigint);
        CREATE INDEX x ON m(r); CREATE INDEX fk ON m(u); CREATE UNIQUE INDEX once ON m(v, r);

        """
    let rule = UnusedIndex()

    static func catalog(days: Int?, _ change: (inout Catalog) -> Void = { _ in }) -> Catalog {
        SampleCatalog.make(table) { catalog in
            catalog.statisticsSince = days.map(SampleCatalog.daysAgo)
            catalog.change(table: "m") { table in
                for position in table.indexes.indices {
                    table.indexes[position].scans = 0
                    table.indexes[position].sizeBytes = 1 << 20
                }
            }
            change(&catalog)
        }
    }

    @Test("names what nothing leans on once usage was counted for 35 days, and how long that was")
    func shows() throws {
        let catalog = Self.catalog(days: 35)
        let found = rule.findings(on: catalog)
        #expect(found.map(\.subject) == ["public.x"])
        #expect(found.first?.severity == .warning)
        #expect(found.first?.evidence.contains { $0.contains("35 days") } == true)
        #expect(rule.isMended(try #require(found.first), of: catalog))
    }

    @Test("makes one note without a remedy before that, on a replica, and where the age is not known")
    func provesNothing() {
        for catalog in [
            Self.catalog(days: 34), Self.catalog(days: 90) { $0.isReplica = true }, Self.catalog(days: nil),
        ] {
            let found = rule.findings(on: catalog)
            #expect(found.map(\.id) == ["unused-index/statistics"])
            #expect(found.first?.severity == .note)
            #expect(found.first?.remedies.isEmpty == true)
            #expect(found.first?.evidence.first?.contains("proves nothing") == true)
        }
    }

    @Test("takes the oldest ANALYZE that is remembered for proof where the counts were never reset")
    func neverReset() {
        for (days, expected) in [(40, "unused-index/public.x"), (20, "unused-index/statistics")] {
            let catalog = Self.catalog(days: nil) {
                $0.change(table: "m") { table in
                    table.usage = Table.Usage(liveRows: 100_000, lastAnalyzed: SampleCatalog.daysAgo(days))
                }
            }
            #expect(rule.findings(on: catalog).map(\.id) == [expected])
        }
    }

    @Test("says nothing of indexes that are used, tiny, or not counted")
    func nearly() {
        let changes: [(inout Index) -> Void] = [
            { $0.scans = 1 }, { $0.sizeBytes = 32 * 1_024 - 1 }, { $0.scans = nil },
        ]
        for change in changes {
            #expect(rule.subjects(on: Self.catalog(days: 90) { $0.change(index: "x", change) }).isEmpty)
        }
    }

    /// A second index that begins with the foreign key.
    static func second(of table: Table, scans: Int) -> Index {
        Index(
            name: "fk2",
            table: table.name,
            keys: [Index.Key("u"), Index.Key("r")],
            sizeBytes: 1 << 20,
            scans: scans,
            definition: "CREATE INDEX"
        )
    }

    @Test("leaves one index to a foreign key, and names none that takes over from a redundant one")
    func foreignKey() {
        // fk is covered by fk2, so another rule names it and this one must keep fk2.
        let unused = Self.catalog(days: 90) { catalog in
            catalog.change(table: "m") { $0.indexes.append(Self.second(of: $0, scans: 0)) }
        }
        #expect(rule.subjects(on: unused) == ["public.x"])
        #expect(RedundantIndex().subjects(on: unused) == ["public.fk"])
        // Neither covers the other: one of them must be used for the other to go.
        for (scans, expected) in [(0, ["public.x"]), (7, ["public.fk", "public.x"])] {
            let catalog = Self.catalog(days: 90) { catalog in
                catalog.change(table: "m") { $0.indexes.append(Self.second(of: $0, scans: scans)) }
                catalog.change(index: "fk") { $0.keys.append(Index.Key("id")) }
            }
            #expect(rule.subjects(on: catalog) == expected)
        }
    }
}
