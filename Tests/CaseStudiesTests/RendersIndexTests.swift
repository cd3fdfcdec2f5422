import CaseStudies
import MartletCore
import Testing

@Suite("Indexes of the render studio")
struct RendersIndexTests {
    private let study = RendersCaseStudy()

    @Test("counting in the index does a fraction of the work of the document's join", arguments: Dialect.allCases)
    func countsOfProjects(dialect: Dialect) async throws {
        let seed = try await work("1f", .seed, dialect)
        let expert = try await work("1f", .expert, dialect)
        #expect(expert.nodes.contains { $0.kind == .indexOnlyScan })
        #expect(!expert.readsWholeTable)
        switch dialect {
        // In pages the gain shows at size L only: at S the whole table has less than a thousand look-ups.
        case .postgres: #expect(seed.readsWholeTable, "the document's join reads all renders")
        case .sqlite: #expect(seed.amount > 2 * expert.amount, "\(seed.amount) to \(expert.amount)")
        }
    }

    @Test("the newest of each project are all that is read", arguments: Dialect.allCases)
    func newestOfProjects(dialect: Dialect) async throws {
        let expert = try await work("1g", .expert, dialect)
        let (seed, renders) = try await CaseFixture.with(study, dialect, indexes: .seed) { fixture in
            let renders = try await fixture.integer(
                """
                SELECT count(*) FROM \(fixture.table("renders")) WHERE project_id IN (
                  SELECT id FROM \(fixture.table("projects")) WHERE user_id = \(RendersID.user(1))
                  ORDER BY created_at DESC LIMIT 100)
                """
            )
            return (try await StatementWork.of("1g", .seed, on: fixture), Double(renders))
        }
        #expect(!expert.readsWholeTable)
        #expect(expert.plans.map(\.root.actualRows) == [5 * 100])
        #expect(renders > 5 * 100)
        #expect(
            seed.plans.map(\.root.actualRows) == [100, renders],
            "the window of the document sends all it has read"
        )
        switch dialect {
        // In pages the gain shows at size L only, where a project's renders are far apart.
        case .postgres: #expect(seed.nodes.contains { $0.label.contains("WindowAgg") && $0.actualRows == renders })
        case .sqlite: #expect(expert.amount < seed.amount, "\(expert.amount) of \(seed.amount)")
        }
    }

    @Test("a render's context is some fifteen pages by key", arguments: [Dialect.postgres])
    func context(dialect: Dialect) async throws {
        let expert = try await work("1c", .expert, dialect)
        #expect(expert.amount <= 15, "\(expert.amount)")
    }

    @Test("credits and plan are some six pages by key", arguments: [Dialect.postgres])
    func account(dialect: Dialect) async throws {
        let expert = try await work("1d", .expert, dialect)
        #expect(expert.amount <= 6, "\(expert.amount)")
    }

    @Test(
        "without an index a chain is looked for in the whole table; either set mends that",
        arguments: Dialect.allCases
    )
    func chain(dialect: Dialect) async throws {
        let none = try await work("1h", .before, dialect)
        let seed = try await work("1h", .seed, dialect)
        let expert = try await work("1h", .expert, dialect)
        #expect(none.readsWholeTable)
        #expect(!seed.readsWholeTable && !expert.readsWholeTable)
        #expect(none.amount > 5 * expert.amount, "\(none.amount) to \(expert.amount)")
        #expect(seed.nodes.contains { $0.kind == .sort }, "the document's index knows no order")
        // For fifty rows PostgreSQL may find it cheaper to sort them in the order of their pages.
        if dialect == .sqlite { #expect(!expert.nodes.contains { $0.kind == .sort }) }
    }

    @Test(
        "the document's indexes leave foreign keys without support; the expert's leave none",
        arguments: Dialect.allCases
    )
    func foreignKeys(dialect: Dialect) async throws {
        let lacking = [
            "gallery_items.user_id", "projects.user_id", "render_chains.project_id", "renders.parent_render_id",
            "renders.reference_render_id", "renders.user_id", "user_subscriptions.plan_id",
        ]
        #expect(try await UnsupportedForeignKeys(study, dialect).names(with: .seed) == lacking)
        #expect(try await UnsupportedForeignKeys(study, dialect).names(with: .expert) == [])
    }

    @Test("a generic plan uses a partial index only for a condition that is written out")
    func partialIndex() async throws {
        try await CaseFixture.with(study, .postgres, indexes: .expert) { fixture in
            let renders = fixture.table("renders")
            try await fixture.engine.withConnection(.readOnly) { connection in
                let literal: BoundStatement = """
                    SELECT id FROM \(renders) WHERE status = 'pending' ORDER BY created_at LIMIT 10
                    """
                let bound = BoundStatement(
                    Statement(
                        unsafeText: "SELECT id FROM \(renders.quoted) WHERE status = $1 ORDER BY created_at LIMIT 10"
                    )
                )
                let indexes = try await connection.explain(literal, analyze: false).nodes.compactMap(\.index)
                #expect(indexes == ["renders_in_work"])
                let others = try await connection.explain(bound, analyze: false).nodes.compactMap(\.index)
                #expect(!others.contains("renders_in_work"))
            }
        }
    }

    private func work(_ id: String, _ way: Way, _ dialect: Dialect) async throws -> StatementWork {
        try await CaseFixture.with(study, dialect, indexes: study.indexSet(of: way) ?? .none, way: way) { fixture in
            try await StatementWork.of(id, way, on: fixture)
        }
    }
}
