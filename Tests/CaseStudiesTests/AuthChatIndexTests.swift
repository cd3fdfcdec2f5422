import CaseStudies
import MartletCore
import Testing

@Suite("Indexes of the component chat")
struct AuthChatIndexTests {
    private let study = AuthChatCaseStudy()

    @Test("the nineteen that the document names are all there, under their names", arguments: Dialect.allCases)
    func names(dialect: Dialect) {
        let names = study.indexes(.seed, for: dialect).map(\.name)
        #expect(names.count == 19 && Set(names).count == 19)
        let perTable = Dictionary(grouping: study.indexes(.seed, for: dialect), by: \.table).mapValues(\.count)
        // Six for accounts, thirteen for the chat.
        #expect(
            perTable["users", default: 0] + perTable["user_tokens", default: 0] + perTable["sessions", default: 0] == 6
        )
        #expect(perTable["chat_messages"] == 4 && perTable["components"] == 3)
    }

    @Test("without indexes most queries read a whole table; with either set none does", arguments: Dialect.allCases)
    func coverage(dialect: Dialect) async throws {
        let before = try await coverage(.before, dialect)
        // The unique pair of conversation_sessions is in the schema itself.
        #expect(before.indexes.count == 18)
        #expect(before.uncovered.count == 17)
        #expect(abs(before.ratio - 1.0 / 18) < 0.001)
        let seed = try await coverage(.seed, dialect)
        // The document's list has none on what an answer belongs to.
        #expect(seed.uncovered == ["what was asked and answered last"])
        #expect(try await coverage(.expert, dialect).uncovered == [])
    }

    @Test("each of the expert's answers a query; of the document's, none asks for a role", arguments: Dialect.allCases)
    func unused(dialect: Dialect) async throws {
        let unused = try await coverage(.seed, dialect).unused(of: study.indexes(.seed, for: dialect))
        #expect(unused.contains("idx_chat_messages_role"), "half of all messages have one role")
        let expert = try await coverage(.expert, dialect).unused(of: study.indexes(.expert, for: dialect))
        #expect(expert == [])
    }

    @Test(
        "four of the document's nineteen can go, and every query finds its rows as before",
        arguments: Dialect.allCases
    )
    func redundant(dialect: Dialect) async throws {
        let all = try await work(.seed, dialect)
        let fewer = try await work(.seed, dialect, without: Self.redundant)
        for (name, amount) in fewer {
            let other = try #require(all[name])
            #expect(amount <= other + Self.tolerance(dialect), "\(name): \(amount), with all nineteen \(other)")
        }
    }

    @Test("three of the document's indexes are the beginning of another", arguments: Dialect.allCases)
    func covered(dialect: Dialect) async throws {
        #expect(
            try await coveredIndexes(.seed, dialect) == [
                "idx_chat_messages_session_id", "idx_conversation_sessions_session_id", "idx_sessions_user_id",
            ]
        )
        #expect(try await coveredIndexes(.expert, dialect) == [])
    }

    @Test("no query does more work with the expert's set than with the document's", arguments: Dialect.allCases)
    func work(dialect: Dialect) async throws {
        let seed = try await work(.seed, dialect)
        let expert = try await work(.expert, dialect)
        for (name, amount) in expert {
            let other = try #require(seed[name])
            #expect(amount <= other + Self.tolerance(dialect), "\(name): \(amount), of the document \(other)")
        }
        let page = "newest messages of a conversation"
        // 510 messages are sorted to show 20, which the expert's index has in their order.
        #expect(seed[page, default: 0] > 2 * expert[page, default: 1])
    }

    @Test(
        "the document's indexes leave one foreign key without support; the expert's leave none",
        arguments: Dialect.allCases
    )
    func foreignKeys(dialect: Dialect) async throws {
        #expect(try await UnsupportedForeignKeys(study, dialect).names(with: .seed) == ["ai_responses.interaction_id"])
        #expect(try await UnsupportedForeignKeys(study, dialect).names(with: .expert, way: .expert) == [])
    }

    @Test("a token is found in its unique index, in a handful of pages", arguments: Dialect.allCases)
    func token(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, indexes: .expert, way: .expert) { fixture in
            let work = try await StatementWork.of("4c", .expert, on: fixture)
            #expect(work.nodes.contains { $0.index == "tokens_by_hash" })
            // Three levels of the index or fewer, the token; two of the key, the user.
            if dialect == .postgres { #expect(work.amount <= 8, "\(work.amount)") }
            #expect(!work.readsWholeTable)
        }
        try await CaseFixture.with(study, dialect) { fixture in
            let work = try await StatementWork.of("4c", .before, on: fixture)
            #expect(work.readsWholeTable)
        }
    }

    // MARK: Parts

    /// Three that another begins with, and one on a column of three values.
    ///
    /// That on the type of a component would be missed: PostgreSQL joins it with the one on the session.
    private static let redundant = [
        "idx_chat_messages_session_id", "idx_conversation_sessions_session_id", "idx_sessions_user_id",
        "idx_chat_messages_role",
    ]

    /// A page of an index more or less is where its pages happen to be split; some steps, what else a row is asked.
    private static func tolerance(_ dialect: Dialect) -> Int {
        dialect == .postgres ? 2 : 10
    }

    private func coverage(_ way: Way, _ dialect: Dialect) async throws -> AuthChatCoverage {
        try await CaseFixture.with(study, dialect, indexes: study.indexSet(of: way) ?? .none, way: way) { fixture in
            try await fixture.engine.withConnection(.readOnly) { connection in
                try await AuthChatCoverage(way, size: .small, assumingLargeTables: true, on: connection)
            }
        }
    }

    /// Pages or steps of each query.
    private func work(
        _ way: Way,
        _ dialect: Dialect,
        without dropped: [String] = []
    ) async throws -> [String: Int] {
        try await CaseFixture.with(study, dialect, indexes: study.indexSet(of: way) ?? .none, way: way) { fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                for name in dropped { try await connection.run("DROP INDEX \(fixture.table(name))") }
                if dialect == .postgres { try await connection.run("SET enable_seqscan = off") }
                var work: [String: Int] = [:]
                for query in AuthChatQuery.all(way, in: dialect, size: .small) {
                    work[query.name] = try await StatementWork.explain([query.statement], on: connection).amount
                }
                return work
            }
        }
    }

    /// Non-unique whole indexes whose columns another begins with.
    private func coveredIndexes(_ set: CaseIndexSet, _ dialect: Dialect) async throws -> [String] {
        let way: Way = set == .expert ? .expert : .seed
        return try await CaseFixture.with(study, dialect, indexes: set, way: way) { fixture in
            let catalog = try await fixture.engine.withConnection(.readOnly) { try await $0.catalog() }
            return catalog.tables
                .flatMap { table in
                    table.indexes.filter { index in
                        !index.isUnique && index.predicate == nil
                            && table.indexes.contains { other in
                                other.name != index.name && other.predicate == nil
                                    && other.keys.count > index.keys.count
                                    && other.keys.prefix(index.keys.count).map(\.text) == index.keys.map(\.text)
                            }
                    }
                }
                .map(\.name).sorted()
        }
    }
}
