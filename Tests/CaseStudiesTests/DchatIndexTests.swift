import CaseStudies
import Martlet
import MartletCore
import Testing

@Suite("Indexes of the wallet messenger")
struct DchatIndexTests {
    private let study = DchatCaseStudy()

    @Test("the document's indexes make the conversation of two busy users slower than none")
    func conversationOnPostgres() async throws {
        let none = try await work("3b", .before, .postgres)
        let seed = try await work("3b", .seed, .postgres)
        let expert = try await work("3b", .expert, .postgres)
        #expect(seed.nodes.contains { $0.index == "idx_messages_timestamp" })
        #expect(seed.nodes.contains { $0.rowsRemovedByFilter == 29_999 }, "all messages but one are read in vain")
        #expect(seed.amount > 2 * none.amount, "\(seed.amount) to \(none.amount)")
        // Root and leaf of the index, the page of the message, and at most one more.
        #expect(expert.amount <= 4, "\(expert.amount)")
    }

    @Test("a statement that is planned for any two users escapes the document's fault, which its client never lets be")
    func preparedConversation() async throws {
        try await DchatDatabases.with(.postgres, indexes: .seed) { fixture in
            let any: BoundStatement = """
                SELECT * FROM dchat.messages
                WHERE (sender_id = \(8) AND receiver_id = \(9)) OR (sender_id = \(9) AND receiver_id = \(8))
                ORDER BY "timestamp" DESC LIMIT 50
                """
            try await fixture.engine.withConnection(.readWrite) { connection in
                let planned = BoundStatement(any.statement)
                let indexes = try await connection.explain(planned, analyze: false).nodes.compactMap(\.index)
                #expect(!indexes.contains("idx_messages_timestamp") && !indexes.isEmpty)
                let spliced = DchatConversations().page(of: 8, and: 9, offset: 0, .postgres)
                let own = try await connection.explain(spliced, analyze: false).nodes.compactMap(\.index)
                #expect(own == ["idx_messages_timestamp"])
            }
        }
    }

    @Test("on SQLite the document's statement reads by two indexes and sorts; one key does neither")
    func conversationOnSQLite() async throws {
        for id in ["3b", "3d-load"] {
            let none = try await work(id, .before, .sqlite)
            let seed = try await work(id, .seed, .sqlite)
            let expert = try await work(id, .expert, .sqlite)
            #expect(none.readsWholeTable)
            #expect(seed.nodes.contains { $0.label.contains("MULTI-INDEX OR") })
            #expect(seed.nodes.contains { $0.kind == .sort })
            #expect(!expert.nodes.contains { $0.kind == .sort })
            #expect(expert.amount < seed.amount, "\(id): \(expert.amount) of \(seed.amount)")
        }
    }

    @Test("any page of a conversation costs 60 pages of the database at the most")
    func pagesOfConversation() async throws {
        try await DchatDatabases.with(.postgres, indexes: .expert, way: .expert) { fixture in
            try await fixture.engine.withConnection(.readOnly) { connection in
                var (cursor, pages, seen): (PageCursor?, Int, Int) = (nil, 0, 0)
                repeat {
                    let statement = try DchatConversations().pageStatement(of: 3, and: 4, at: cursor, .postgres)
                    let work = try await StatementWork.explain([statement], on: connection)
                    #expect(work.amount <= 60, "page \(pages + 1): \(work.amount)")
                    let page = try await DchatConversations().page(of: 4, and: 3, at: cursor, on: connection)
                    (cursor, pages, seen) = (page.next, pages + 1, seen + page.rows.count)
                } while cursor != nil
                #expect(pages == 20 && seen == 1_000)
            }
        }
    }

    @Test("without statistics of both users together, all messages of a pair are read for one page")
    func statisticsOfPairs() async throws {
        let without = try await DchatDatabases.with(.postgres, indexes: .expert) { fixture in
            try await StatementWork.of("3d-load", .expert, on: fixture)
        }
        #expect(without.nodes.contains { $0.kind == .sort && $0.children.contains { $0.actualRows == 1_000 } })
        let with = try await work("3d-load", .expert, .postgres)
        #expect(!with.nodes.contains { $0.kind == .sort })
        #expect(with.amount * 10 < without.amount, "\(with.amount) of \(without.amount)")
    }

    @Test("unread messages are counted in an index of them alone", arguments: Dialect.allCases)
    func unread(dialect: Dialect) async throws {
        let none = try await work("3a", .before, dialect)
        #expect(none.readsWholeTable)
        for way in [Way.seed, .expert] {
            let work = try await work("3a", way, dialect)
            #expect(work.nodes.contains { $0.kind == .indexOnlyScan }, "\(way.rawValue)")
            #expect(work.amount * 50 < none.amount, "\(way.rawValue): \(work.amount) of \(none.amount)")
            if dialect == .postgres { #expect(work.amount <= 8, "\(way.rawValue): \(work.amount)") }
        }
    }

    @Test("a plan that fits any status cannot use an index of unread messages")
    func boundStatus() async throws {
        try await DchatDatabases.with(.postgres, indexes: .expert) { fixture in
            let messages = fixture.table("messages").quoted
            try await fixture.engine.withConnection(.readOnly) { connection in
                func indexes(_ condition: String) async throws -> [String] {
                    let text = "SELECT count(*) FROM \(messages) WHERE receiver_id = $1 AND \(condition)"
                    let statement = BoundStatement(Statement(unsafeText: text))
                    return try await connection.explain(statement, analyze: false).nodes.compactMap(\.index)
                }
                let literal = try await indexes("status = 'unread'")
                let bound = try await indexes("status = $2")
                #expect(literal == ["unread_messages"])
                #expect(!bound.contains("unread_messages"))
            }
        }
    }

    @Test("SQLite plans again for a status that is bound, and uses the index of unread messages for that one alone")
    func boundStatusOnSQLite() async throws {
        try await DchatDatabases.with(.sqlite, indexes: .expert) { fixture in
            try await fixture.engine.withConnection(.readOnly) { connection in
                func indexes(_ status: String?) async throws -> [String] {
                    let text = "SELECT count(*) FROM messages WHERE receiver_id = ? AND status = ?"
                    let values: [Value] = status.map { [123, .text($0)] } ?? []
                    let statement = BoundStatement(Statement(unsafeText: text), values: values)
                    return try await connection.explain(statement, analyze: false).nodes.compactMap(\.index)
                }
                let any = try await indexes(nil)
                #expect(!any.contains("unread_messages"), "a plan that fits any status")
                let (unread, read, again) = (
                    try await indexes("unread"), try await indexes("read"), try await indexes("unread")
                )
                #expect(unread == ["unread_messages"] && again == unread)
                #expect(!read.contains("unread_messages"))
            }
        }
    }

    @Test("a user's groups are read in the order they are shown, and none in vain", arguments: Dialect.allCases)
    func groups(dialect: Dialect) async throws {
        let seed = try await work("3c", .seed, dialect)
        let expert = try await work("3c", .expert, dialect)
        #expect(seed.nodes.contains { $0.kind == .sort }, "all 160 are read and sorted for 50")
        #expect(!expert.nodes.contains { $0.kind == .sort })
        #expect(expert.nodes.allSatisfy { ($0.rowsRemovedByFilter ?? 0) == 0 })
        #expect(expert.nodes.contains { $0.kind == .indexOnlyScan && $0.index == "memberships_of_user" })
        if dialect == .postgres { #expect(expert.amount <= 200, "\(expert.amount)") }
    }

    @Test("a function over a column is no fault if its result is indexed", arguments: Dialect.allCases)
    func functionsOverColumns(dialect: Dialect) async throws {
        for way in [Way.before, .seed] {
            let search = try await work("3d-search", way, dialect)
            #expect(search.readsWholeTable, "no index of the document knows names")
        }
        for id in ["3d-search", "3d-login", "3d-login-small"] {
            let expert = try await work(id, .expert, dialect)
            #expect(!expert.readsWholeTable, "\(id)")
        }
    }

    @Test("a page deep in the list costs what all before it cost, unless it begins by key", arguments: Dialect.allCases)
    func deepPage(dialect: Dialect) async throws {
        let seed = try await work("3e", .seed, dialect)
        let expert = try await work("3e", .expert, dialect)
        #expect(!expert.nodes.contains { $0.kind == .sort })
        // 20,000 rows are counted off for 50; on PostgreSQL some forty are on a page.
        let factor = dialect == .sqlite ? 50 : 100
        #expect(seed.amount > factor * expert.amount, "\(seed.amount) to \(expert.amount)")
    }

    @Test("indexes of few values are never used", arguments: Dialect.allCases)
    func unusedIndexes(dialect: Dialect) async throws {
        try await DchatDatabases.with(dialect, indexes: .seed) { fixture in
            var used: Set<String> = []
            for operation in study.operations(of: .small)
            where operation.id != "3d-create" && operation.opening == nil {
                let work = try await StatementWork.of(operation.id, .seed, on: fixture)
                used.formUnion(work.nodes.compactMap(\.index))
            }
            #expect(used.contains("idx_users_wallet_address"))
            let idle = ["idx_messages_status", "idx_groups_is_public", "idx_users_created_at", "idx_groups_created_at"]
            #expect(used.isDisjoint(with: idle))
        }
    }

    @Test(
        "only the receiver of a message is without support, as receivers are never deleted",
        arguments: Dialect.allCases
    )
    func foreignKeys(dialect: Dialect) async throws {
        let seed = try await DchatDatabases.with(dialect, indexes: .seed) {
            try await UnsupportedForeignKeys.names(in: $0)
        }
        let expert = try await DchatDatabases.with(dialect, indexes: .expert) {
            try await UnsupportedForeignKeys.names(in: $0)
        }
        #expect(seed == [])
        #expect(expert == ["messages.receiver_id"])
    }

    private func work(_ id: String, _ way: Way, _ dialect: Dialect) async throws -> StatementWork {
        try await DchatDatabases.with(dialect, indexes: study.indexSet(of: way) ?? .none, way: way) { fixture in
            try await StatementWork.of(id, way, on: fixture)
        }
    }
}
