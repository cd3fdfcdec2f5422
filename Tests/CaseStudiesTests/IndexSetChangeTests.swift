import CaseStudies
import MartletCore
import Testing

@Suite("The change from one index set to another")
struct IndexSetChangeTests {
    @Test(
        "leaves exactly the indexes of the new set, and taken back those of the old one",
        arguments: CaseName.allCases.flatMap { name in Dialect.allCases.map { (name, $0) } }
    )
    func thereAndBack(name: CaseName, dialect: Dialect) async throws {
        let study = name.study
        try await CaseFixture.with(study, dialect, indexes: .seed) { fixture in
            let present = try await indexes(fixture)
            let plan = try #require(IndexSetChange(study, from: .seed, to: .expert, dialect: dialect).plan)
            #expect(plan.up.count == plan.down.count, "the first step down undoes the last step up")
            try await fixture.engine.withConnection(.readWrite) { try await CaseFixture.apply(plan.up, on: $0) }
            let expert = Set(study.indexes(.expert, for: dialect).map(\.name))
            let seed = Set(study.indexes(.seed, for: dialect).map(\.name))
            #expect(try await indexes(fixture) == present.subtracting(seed).union(expert))
            #expect(try await holds(plan.verify, fixture).allSatisfy(\.self))
            try await fixture.engine.withConnection(.readWrite) { try await CaseFixture.apply(plan.down, on: $0) }
            #expect(try await indexes(fixture) == present)
            #expect(try await !holds(plan.verify, fixture).contains(true))
        }
    }

    @Test("there is none between a set and itself", arguments: CaseName.allCases, CaseIndexSet.allCases)
    func none(name: CaseName, set: CaseIndexSet) {
        #expect(IndexSetChange(name.study, from: set, to: set, dialect: .postgres).plan == nil)
    }

    private func indexes(_ fixture: CaseFixture) async throws -> Set<String> {
        let catalog = try await fixture.engine.withConnection(.readOnly) { try await $0.catalog() }
        return Set(catalog.tables.flatMap { $0.indexes.map(\.name) })
    }

    private func holds(_ queries: [String], _ fixture: CaseFixture) async throws -> [Bool] {
        try await fixture.engine.withConnection(.readOnly) { connection in
            var answers: [Bool] = []
            for query in queries {
                let rows = try await connection.run(BoundStatement(Statement(unsafeText: query)))
                answers.append(try rows[0].decode(Bool.self, at: 0))
            }
            return answers
        }
    }
}
