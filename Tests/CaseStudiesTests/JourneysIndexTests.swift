import CaseStudies
import MartletCore
import Testing

@Suite("Indexes of the journeys")
struct JourneysIndexTests {
    private let study = JourneysCaseStudy()

    @Test("two exact look-ups read two entries, where the document's ten rows read all", arguments: Dialect.allCases)
    func steps(dialect: Dialect) async throws {
        let seed = try await work("2a-loop", .seed, dialect)
        let expert = try await work("2a-loop", .expert, dialect)
        // At size L, where the contact went round ten times as often, more than a hundred times.
        #expect(seed.amount > 20 * expert.amount, "\(seed.amount) to \(expert.amount)")
        #expect(seed.sorts && !expert.sorts)
        if dialect == .postgres { #expect(expert.amount <= 10, "\(expert.amount)") }
        let indexes = Set(expert.nodes.compactMap(\.index))
        #expect(indexes == ["executions_waiting", "executions_of_enrolment"])
    }

    @Test("loops are seen in the index alone, without a look at each round", arguments: Dialect.allCases)
    func loops(dialect: Dialect) async throws {
        for id in ["2b", "2b-waiting"] {
            let seed = try await work(id, .seed, dialect)
            let expert = try await work(id, .expert, dialect)
            #expect(seed.amount > 10 * expert.amount, "\(id): \(seed.amount) to \(expert.amount)")
            #expect(seed.sorts && !expert.sorts)
            #expect(expert.nodes.contains { $0.kind == .indexOnlyScan && $0.index == "executions_at_node" })
            if dialect == .postgres { #expect(expert.amount <= 8, "\(expert.amount)") }
        }
    }

    @Test("each list is read from an index that ends in its order", arguments: Dialect.allCases)
    func lists(dialect: Dialect) async throws {
        let expected = [
            "2e-messages": "messages_of_conversation", "2e-contacts": "contacts_of_tenant",
            "2e-active": "active_enrolments",
        ]
        for (id, index) in expected {
            let expert = try await work(id, .expert, dialect)
            #expect(expert.nodes.compactMap(\.index) == [index], "\(id)")
            #expect(!expert.sorts && !expert.readsWholeTable, "\(id)")
        }
        let loop = try await work("2e", .expert, dialect)
        #expect(loop.nodes.contains { $0.kind == .indexOnlyScan && $0.index == "executions_at_node" })
        #expect(!loop.sorts && !loop.readsWholeTable)
        for id in ["2e", "2e-messages"] {
            let none = try await work(id, .before, dialect)
            let expert = try await work(id, .expert, dialect)
            #expect(none.readsWholeTable && none.amount > 4 * expert.amount, "\(id): \(none.amount)")
        }
    }

    @Test("an equality behind the order makes the document's index read all statuses", arguments: Dialect.allCases)
    func equalityBehindOrder(dialect: Dialect) async throws {
        var amounts: [CaseIndexSet: Int] = [:]
        for set in [CaseIndexSet.seed, .expert] {
            try await CaseFixture.with(study, dialect, indexes: set) { fixture in
                try await addCalls(fixture)
                amounts[set] = try await StatementWork.of("2e-calls", .expert, on: fixture).amount
            }
        }
        let (seed, expert) = (try #require(amounts[.seed]), try #require(amounts[.expert]))
        #expect(seed > 4 * expert, "\(seed) to \(expert)")
    }

    /// A hundred failed calls of tenant 1 among 40,000, in an order that keeps those of a page apart.
    private func addCalls(_ fixture: CaseFixture) async throws {
        let tenant = JourneysID.tenant(1)
        let start = Timestamp(microsecondsSince1970: 1_800_000_000_000_000)
        let rows: [[Value]] = (1...40_000)
            .map { number in
                [
                    .uuid(JourneysID.callLog(100_000 + number)), .uuid(tenant),
                    number.isMultiple(of: 400) ? "FAILED" : "COMPLETED",
                    .timestamp(
                        Timestamp(microsecondsSince1970: start.microsecondsSince1970 + Int64(number) * 1_000_000)
                    ),
                ]
            }
        try await fixture.engine.withConnection(.readWrite) { connection in
            _ = try await connection.load(
                rows,
                into: fixture.table("call_logs"),
                columns: ["id", "tenant_id", "status", "created_at"]
            )
            try await connection.run(fixture.dialect == .postgres ? "VACUUM (ANALYZE)" : "ANALYZE")
        }
    }

    @Test("the expert's indexes take fewer bytes than the document's, and are no more", arguments: Dialect.allCases)
    func bytes(dialect: Dialect) async throws {
        var bytes: [CaseIndexSet: Int] = [:]
        for set in [CaseIndexSet.seed, .expert] {
            try await CaseFixture.with(study, dialect, indexes: set) { fixture in
                let names = Set(study.indexes(set, for: dialect).map(\.name))
                let catalog = try await fixture.engine.withConnection(.readOnly) { try await $0.catalog() }
                let indexes = catalog.tables.flatMap(\.indexes).filter { names.contains($0.name) }
                #expect(indexes.count == 12)
                bytes[set] = indexes.reduce(0) { $0 + $1.sizeBytes }
            }
        }
        let (seed, expert) = (try #require(bytes[.seed]), try #require(bytes[.expert]))
        #expect(expert < seed, "\(expert) of \(seed)")
    }

    @Test(
        "the document's indexes leave ten references without one; the expert's only the six to tenants",
        arguments: Dialect.allCases
    )
    func foreignKeys(dialect: Dialect) async throws {
        let tenants = [
            "conversations.tenant_id", "journey_contacts.tenant_id", "journey_node_executions.tenant_id",
            "journey_nodes.tenant_id", "journeys.tenant_id", "messages.tenant_id",
        ]
        let others = [
            "call_logs.contact_id", "conversations.contact_id", "journey_contacts.contact_id",
            "journey_contacts.current_node_id",
        ]
        #expect(try await UnsupportedForeignKeys(study, dialect).names(with: .seed) == (tenants + others).sorted())
        #expect(try await UnsupportedForeignKeys(study, dialect).names(with: .expert) == tenants)
    }

    @Test(
        "the document's list has an index within another, and one behind the primary key",
        arguments: Dialect.allCases
    )
    func redundant(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, indexes: .seed) { fixture in
            let catalog = try await fixture.engine.withConnection(.readOnly) { try await $0.catalog() }
            let indexes = catalog.tables.flatMap(\.indexes)
            func keys(_ name: String) throws -> [String] {
                try #require(indexes.first { $0.name == name }, "\(name)").keys.map(\.text)
            }
            let whole = try keys("idx_journey_contacts_journey_tenant_status")
            #expect(whole.starts(with: try keys("idx_journey_contacts_active")))
            #expect(try keys("idx_journey_nodes_journey_id_tenant").dropLast().contains("id"), "unique by id alone")
        }
    }

    @Test("no query that the document shows is answered by its index of what has run", arguments: Dialect.allCases)
    func uselessIndex(dialect: Dialect) async throws {
        let name = "idx_journey_node_executions_executed_at"
        try await CaseFixture.with(study, dialect, indexes: .seed) { fixture in
            let catalog = try await fixture.engine.withConnection(.readOnly) { try await $0.catalog() }
            #expect(catalog.tables.flatMap(\.indexes).contains { $0.name == name })
            var indexes: Set<String> = []
            for id in ["2a", "2a-loop", "2b", "2e"] {
                indexes.formUnion(try await StatementWork.of(id, .seed, on: fixture).nodes.compactMap(\.index))
            }
            #expect(!indexes.isEmpty && !indexes.contains(name), "\(indexes)")
        }
    }

    private func work(_ id: String, _ way: Way, _ dialect: Dialect) async throws -> StatementWork {
        try await CaseFixture.with(study, dialect, indexes: study.indexSet(of: way) ?? .none) { fixture in
            try await StatementWork.of(id, way, on: fixture)
        }
    }
}

extension StatementWork {
    /// Whether anything is sorted rather than read in its order.
    fileprivate var sorts: Bool { nodes.contains { $0.kind == .sort } }
}
