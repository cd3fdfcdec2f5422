import MartletAdvisor
import MartletCore
import Testing

@Suite("The 51 indexes of the case studies")
struct CaseStudyRedundancyTests {
    /// What REQUIREMENTS knows to be redundant.
    static let redundant: Set<String> = [
        "authchat.idx_chat_messages_session_id",
        "authchat.idx_sessions_user_id",
        "authchat.idx_conversation_sessions_session_id",
        "journeys.idx_journey_nodes_journey_id_tenant",
        "journeys.idx_journey_contacts_active",
    ]

    @Test("are read in full")
    func fixture() throws {
        let catalog = try SchemaFixture.caseStudies()
        let named = catalog.tables.flatMap(\.indexes).filter { $0.constraint == nil }
        #expect(named.count == 51)
        #expect(catalog.tables.count == 34)
    }

    @Test("hold exactly five redundant ones and no duplicate")
    func redundancies() throws {
        let observation = Observation(catalog: try SchemaFixture.caseStudies())
        #expect(Set(RedundantIndex().findings(in: observation).map(\.subject)) == Self.redundant)
        #expect(DuplicateIndex().findings(in: observation).isEmpty)
    }

    @Test("hold a sixth once the chain's positions are indexed")
    func chainPositions() throws {
        let more = """
            SET search_path = renders;
            CREATE INDEX idx_renders_chain_position ON renders(chain_id, chain_position);
            """
        let observation = Observation(catalog: try SchemaFixture.caseStudies(adding: more))
        let found = RedundantIndex().findings(in: observation)
        #expect(Set(found.map(\.subject)) == Self.redundant.union(["renders.idx_renders_chain_id"]))
    }

    @Test("fix a column by their predicate twice")
    func constantColumns() throws {
        let observation = Observation(catalog: try SchemaFixture.caseStudies())
        #expect(
            Set(ConstantIndexColumn().findings(in: observation).map(\.subject)) == [
                "dchat.idx_messages_receiver_status", "authchat.idx_components_current",
            ]
        )
    }

    @Test("are on columns of few values four times, and a fifth time by the statistics")
    func fewValues() throws {
        var catalog = try SchemaFixture.caseStudies()
        let byCatalog: Set<String> = [
            "dchat.idx_messages_status", "dchat.idx_groups_is_public", "authchat.idx_chat_messages_role",
            "renders.idx_renders_status",
        ]
        let rule = LowCardinalityIndex()
        #expect(Set(rule.findings(in: Observation(catalog: catalog)).map(\.subject)) == byCatalog)

        let name = QualifiedName(schema: "authchat", name: "components")
        let table = try #require(catalog.tables.firstIndex { $0.name == name })
        let column = try #require(catalog.tables[table].columns.firstIndex { $0.name == "type" })
        catalog.tables[table].columns[column].distinctValues = 6
        let found = rule.findings(in: Observation(catalog: catalog)).map(\.subject)
        #expect(Set(found) == byCatalog.union(["authchat.idx_components_type"]))
    }

    @Test("leave at least twenty foreign keys without an index")
    func foreignKeys() throws {
        let found = ForeignKeyWithoutIndex().findings(in: Observation(catalog: try SchemaFixture.caseStudies()))
        #expect(found.count >= 20)
        let subjects = Set(found.map(\.subject))
        #expect(subjects.contains("renders.renders.project_id") == false)
        #expect(subjects.contains("renders.renders.parent_render_id"))
        #expect(subjects.contains("journeys.journey_contacts.contact_id"))
        #expect(subjects.contains("journeys.journey_contacts.journey_id") == false)
    }

    @Test("keep every foreign key served when all that is advised is done")
    func foreignKeysSurvive() throws {
        let catalog = try SchemaFixture.caseStudies()
        let before = ForeignKeyWithoutIndex().findings(in: Observation(catalog: catalog)).map(\.subject)
        var changed = catalog
        for rule in [RedundantIndex(), DuplicateIndex(), LowCardinalityIndex(), UnusedIndex()] as [any Rule] {
            for finding in rule.findings(in: Observation(catalog: catalog)) {
                changed.carryOut(try #require(finding.remedies.first))
            }
        }
        #expect(changed.tables.flatMap(\.indexes).count < catalog.tables.flatMap(\.indexes).count)
        #expect(ForeignKeyWithoutIndex().findings(in: Observation(catalog: changed)).map(\.subject) == before)
    }
}
