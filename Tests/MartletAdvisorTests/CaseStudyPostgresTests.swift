import MartletAdvisor
import MartletCore
import MartletPostgres
import MartletTesting
import Testing

@Suite("The indexes of the case studies in a real PostgreSQL")
struct CaseStudyPostgresTests {
    @Test("give exactly the findings that are known")
    func findings() async throws {
        try await Self.withCaseStudies { connection in
            let observation = Observation(catalog: try await connection.catalog())
            let named = observation.catalog.tables.flatMap(\.indexes).filter { $0.constraint == nil }
            #expect(named.count == 51)
            #expect(
                Set(RedundantIndex().findings(in: observation).map(\.subject)) == CaseStudyRedundancyTests.redundant
            )
            #expect(DuplicateIndex().findings(in: observation).isEmpty)
            #expect(
                Set(ConstantIndexColumn().findings(in: observation).map(\.subject)) == [
                    "dchat.idx_messages_receiver_status", "authchat.idx_components_current",
                ]
            )
            #expect(
                Set(LowCardinalityIndex().findings(in: observation).map(\.subject)) == [
                    "dchat.idx_messages_status", "dchat.idx_groups_is_public", "authchat.idx_chat_messages_role",
                    "renders.idx_renders_status",
                ]
            )
            #expect(ForeignKeyWithoutIndex().findings(in: observation).count >= 20)
            for rule in [InvalidIndex(), TableWithoutPrimaryKey(), SequenceNearEnd(), StaleStatistics()] as [any Rule] {
                #expect(rule.findings(in: observation).isEmpty, "\(rule.name)")
            }
        }
    }

    @Test("see the sixth redundant index, a duplicate, and a sequence near its end, once they are there")
    func changes() async throws {
        try await Self.withCaseStudies { connection in
            try await connection.runScript(
                """
                CREATE INDEX ON renders.renders (chain_id, chain_position);
                CREATE INDEX ON dchat.groups (owner_id);
                CREATE TABLE public.orders (id serial PRIMARY KEY, state varchar(10));
                SELECT setval('public.orders_id_seq', 2000000000);
                CREATE INDEX partial_state ON public.orders (id) WHERE state = 'open';
                CREATE TABLE public.log (line text);
                """
            )
            let observation = Observation(catalog: try await connection.catalog())
            #expect(
                Set(RedundantIndex().findings(in: observation).map(\.subject))
                    == CaseStudyRedundancyTests.redundant.union(["renders.idx_renders_chain_id"])
            )
            #expect(DuplicateIndex().findings(in: observation).map(\.subject) == ["dchat.idx_groups_owner"])
            #expect(SequenceNearEnd().findings(in: observation).map(\.id) == ["sequence-near-end/public.orders_id_seq"])
            #expect(TableWithoutPrimaryKey().findings(in: observation).map(\.subject) == ["public.log"])
        }
    }

    /// A server with the tables and the indexes, for as long as the body runs.
    private static func withCaseStudies(_ body: (any Connection) async throws -> Void) async throws {
        let server = try await PrivatePostgres.start()
        let engine = try PostgresEngine(server.connectionString())
        try await engine.withConnection(.readWrite) { connection in
            for file in ["case-studies-tables", "case-studies-indexes"] {
                try await connection.runScript(try SchemaFixture.text(of: file))
            }
            try await body(connection)
        }
        await engine.shutdown()
        await server.stop()
    }
}
