import CaseStudies
import MartletCore
import Testing

@Suite("Data of the component chat")
struct AuthChatDataTests {
    @Test("the same seed gives the same rows, another seed others", arguments: Dialect.allCases)
    func deterministic(dialect: Dialect) async throws {
        try await Determinism(AuthChatCaseStudy(), dialect).check(differing: "chat_messages")
    }

    @Test(
        "has the rows of its size; SQLite gets a quarter of the large one",
        arguments: [
            (CaseSize.small, Dialect.postgres, [500, 5_000, 1_000, 1_000, 10_000, 2_000, 5_000, 5_000]),
            (.small, .sqlite, [500, 5_000, 1_000, 1_000, 10_000, 2_000, 5_000, 5_000]),
            (
                .large, .postgres,
                [200_000, 1_000_000, 300_000, 300_000, 1_000_000, 200_000, 500_000, 500_000]
            ),
            (.large, .sqlite, [50_000, 250_000, 75_000, 75_000, 250_000, 50_000, 125_000, 125_000]),
        ] as [(CaseSize, Dialect, [Int])]
    )
    func sizes(size: CaseSize, dialect: Dialect, expected: [Int]) {
        #expect(AuthChatCaseStudy().tables(of: size, for: dialect, seed: 1).map(\.rowCount) == expected)
    }

    @Test("four of five tokens have expired, by the history's clock and by the database's", arguments: Dialect.allCases)
    func expiredTokens(dialect: Dialect) async throws {
        try await CaseFixture.with(AuthChatCaseStudy(), dialect) { fixture in
            let tokens = fixture.table("user_tokens")
            let now = dialect == .postgres ? "now()" : "datetime('now')"
            let byHistory = try await fixture.integer(
                "SELECT count(*) FROM \(tokens) WHERE expires_at < '2025-10-28 00:00:00'"
            )
            let byDatabase = try await fixture.integer(
                "SELECT count(*) FROM \(tokens) WHERE expires_at < \(unsafeSQL: now)"
            )
            #expect(byHistory == 4_000)
            #expect(byDatabase == 4_000)
        }
    }

    @Test("sessions, messages and components fit together", arguments: Dialect.allCases)
    func shape(dialect: Dialect) async throws {
        try await CaseFixture.with(AuthChatCaseStudy(), dialect) { fixture in
            func count(_ statement: BoundStatement) async throws -> Int { try await fixture.integer(statement) }
            let (messages, sessions) = (fixture.table("chat_messages"), fixture.table("sessions"))
            let components = fixture.table("components")
            let first = AuthChatID.session(1)
            #expect(try await count("SELECT count(*) FROM \(messages) WHERE session_id = \(first)") == 510)
            let gaps = try await count(
                """
                SELECT count(*) FROM (SELECT session_id FROM \(messages) GROUP BY session_id
                                      HAVING max(message_order) <> count(*) OR min(message_order) <> 1) AS g
                """
            )
            #expect(gaps == 0, "places in a session are counted from 1")
            let open = try await count(
                """
                SELECT count(*) FROM (SELECT user_id FROM \(sessions) WHERE is_active GROUP BY user_id
                                      HAVING count(*) = 1) AS o
                """
            )
            #expect(open == 500, "each user has one open session")
            let current = try await count(
                """
                SELECT count(*) FROM (SELECT session_id, type FROM \(components) WHERE is_current
                                      GROUP BY session_id, type HAVING count(*) = 1) AS c
                """
            )
            #expect(current == 400, "100 sessions build, each a current one of four types")
            let strays = try await count(
                """
                SELECT count(*) FROM \(fixture.table("ai_responses")) AS r
                JOIN \(fixture.table("ai_interactions")) AS i ON i.id = r.interaction_id
                WHERE r.session_id <> i.session_id OR r.conversation_id <> i.conversation_id
                """
            )
            #expect(strays == 0, "answers lie where they were asked for")
        }
    }

    @Test("one address, token, place or current component is there twice in no data set", arguments: Dialect.allCases)
    func constraints(dialect: Dialect) async throws {
        let study = AuthChatCaseStudy()
        try await CaseFixture.with(study, dialect, way: .expert) { fixture in
            #expect(try await fixture.violations(of: .expert) == [])
            let plan = try #require(study.migration(for: .expert, dialect: dialect))
            try await fixture.engine.withConnection(.readWrite) { connection in
                let columns = ["session_id", "conversation_id", "role", "message_order", "content"]
                let row: [Value] = [
                    .uuid(AuthChatID.session(1)), .uuid(AuthChatID.conversation(1)), "user", 510, "twice",
                ]
                let id: [Value] = [.uuid(AuthChatID.message(-1))]
                let error = await #expect(throws: EngineError.self) {
                    _ = try await connection.load(
                        [id + row],
                        into: fixture.table("chat_messages"),
                        columns: ["id"] + columns
                    )
                }
                #expect(error?.code == .uniqueViolation)
                try await CaseFixture.apply(plan.down, on: connection)
                try await CaseFixture.apply(plan.up, on: connection)
            }
            #expect(try await fixture.violations(of: .expert) == [])
        }
    }
}
