import CaseStudies
import Martlet
import MartletCore
import Testing

@Suite("What the wallet messenger's document got wrong")
struct DchatFaultTests {
    @Test(
        "one wallet makes two accounts, and one user is twice in a group, unless indexes are unique",
        arguments: Dialect.allCases
    )
    func duplicates(dialect: Dialect) async throws {
        for indexes in [CaseIndexSet.seed, .expert] {
            try await DchatDatabases.with(dialect, indexes: indexes) { fixture in
                let wallet = DchatUser.wallet(500).lowercased()
                let again: [BoundStatement] = [
                    """
                    INSERT INTO \(fixture.table("users")) (name, wallet_address) VALUES ('Again', \(wallet))
                    """,
                    // Every 25th membership is user 7's.
                    "INSERT INTO \(fixture.table("group_members")) (group_id, user_id) VALUES (1, 7)",
                ]
                try await fixture.engine.withConnection(.readWrite) { connection in
                    for statement in again {
                        guard indexes == .expert else {
                            try await connection.run(statement)
                            continue
                        }
                        let error = await #expect(throws: EngineError.self) { try await connection.run(statement) }
                        #expect(error?.code == .uniqueViolation)
                    }
                }
            }
        }
    }

    @Test(
        "a group whose last member does not exist stays half made, unless it is one statement",
        arguments: Dialect.allCases
    )
    func halfAGroup(dialect: Dialect) async throws {
        try await DchatDatabases.with(dialect) { fixture in
            let draft = DchatGroups.Draft(owner: 200, name: "Half", members: [201, 202, 9_999_999])
            try await fixture.engine.withConnection(.readWrite) { connection in
                for way in [Way.before, .seed, .expert] {
                    let groups = try await connection.run("SELECT count(*) FROM \(fixture.table("groups"))")
                    let members = try await connection.run("SELECT count(*) FROM \(fixture.table("group_members"))")
                    let error = await #expect(throws: EngineError.self) {
                        try await DchatGroups().create(draft, way, on: connection)
                    }
                    #expect(error?.code == .foreignKeyViolation)
                    let left = try await fixture.integer("SELECT count(*) FROM \(fixture.table("groups"))")
                    let joined = try await fixture.integer("SELECT count(*) FROM \(fixture.table("group_members"))")
                    let isWhole = way == .expert
                    #expect(left - (try groups[0].decode(Int.self, at: 0)) == (isWhole ? 0 : 1), "\(way.rawValue)")
                    #expect(joined - (try members[0].decode(Int.self, at: 0)) == (isWhole ? 0 : 3))
                }
            }
        }
    }

    @Test("pages by OFFSET repeat a message when another arrives; pages by key do not", arguments: Dialect.allCases)
    func pagesWhileMessagesArrive(dialect: Dialect) async throws {
        try await DchatDatabases.with(dialect, indexes: .expert) { fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                let talks = DchatConversations()
                func ids(_ rows: some Sequence<Row>) throws -> Set<Int> {
                    Set(try rows.map { try $0.decode(Int.self, "id") })
                }
                let first = try await connection.run(talks.page(of: 3, and: 4, offset: 0, dialect))
                let firstByKey = try await talks.page(of: 3, and: 4, at: nil, on: connection)
                #expect(try ids(firstByKey.rows) == ids(first))
                _ = try await DchatMessenger()
                    .send(.init(sender: 3, receiver: 4, content: "One more"), .expert, on: connection)
                let second = try await connection.run(talks.page(of: 3, and: 4, offset: 50, dialect))
                let secondByKey = try await talks.page(of: 3, and: 4, at: firstByKey.next, on: connection)
                #expect(try ids(second).intersection(ids(first)).count == 1, "the last of the first page")
                #expect(try ids(secondByKey.rows).isDisjoint(with: ids(first)))
            }
        }
    }

    @Test("pages by key lose none of many messages of one instant", arguments: Dialect.allCases)
    func messagesOfOneInstant(dialect: Dialect) async throws {
        try await DchatDatabases.with(dialect, indexes: .expert) { fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                let instant = try #require(Timestamp("2025-10-01 12:00:00"))
                for _ in 0..<120 {
                    try await connection.run(
                        """
                        INSERT INTO \(fixture.table("messages")) (sender_id, receiver_id, content, status, "timestamp")
                        VALUES (10, 11, 'tick', 'read', \(instant))
                        """
                    )
                }
                var seen: [Int] = []
                var cursor: PageCursor?
                repeat {
                    let page = try await DchatConversations().page(of: 11, and: 10, at: cursor, on: connection)
                    seen += try page.rows.map { try $0.decode(Int.self, "id") }
                    cursor = page.next
                } while cursor != nil
                #expect(seen.count == 120 && Set(seen).count == 120)
            }
        }
    }

    @Test("a search for a per cent sign finds everybody, unless it is no pattern", arguments: Dialect.allCases)
    func wildcards(dialect: Dialect) async throws {
        try await DchatDatabases.with(dialect, indexes: .expert) { fixture in
            try await fixture.engine.withConnection(.readOnly) { connection in
                for way in [Way.before, .seed, .expert] {
                    let found = try await DchatAccounts().search("%", way, on: connection)
                    #expect(found.count == (way == .expert ? 0 : DchatAccounts.searchMax), "\(way.rawValue)")
                }
            }
        }
    }

    @Test("a text within names is found by an index of trigrams, which no b-tree can do")
    func infixOnPostgres() async throws {
        try await DchatDatabases.with(.postgres, indexes: .expert) { fixture in
            let infix: BoundStatement = "SELECT id FROM dchat.users WHERE lower(name) LIKE '%fontaine 13%'"
            try await fixture.engine.withConnection(.readWrite) { connection in
                let before = try await StatementWork.explain([infix], on: connection)
                #expect(before.readsWholeTable)
                let available = try await connection.run(
                    "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'"
                )
                if try available[0].decode(Int.self, at: 0) == 0 { try Test.cancel("pg_trgm is not installed") }
                try await connection.runScript(
                    """
                    CREATE EXTENSION pg_trgm;
                    CREATE INDEX users_by_trigram ON dchat.users USING gin (lower(name) gin_trgm_ops);
                    """
                )
                // A thousand users are on 17 pages, which the planner would rather read than an index.
                try await connection.run("SET enable_seqscan = off")
                let after = try await StatementWork.explain([infix], on: connection)
                #expect(after.nodes.contains { $0.index == "users_by_trigram" } && !after.readsWholeTable)
                #expect(after.nodes.contains { $0.index == "users_by_name" } == false)
            }
        }
    }

    @Test("a text within names is found by a full-text index of trigrams on SQLite")
    func infixOnSQLite() async throws {
        try await DchatDatabases.with(.sqlite, indexes: .expert) { fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                try await connection.runScript(
                    """
                    CREATE VIRTUAL TABLE names USING fts5 (name, content = 'users', content_rowid = 'id',
                                                           tokenize = 'trigram');
                    INSERT INTO names (names) VALUES ('rebuild');
                    """
                )
                let scan: BoundStatement = "SELECT id FROM users WHERE name LIKE '%fontaine 13%' ORDER BY id"
                let index: BoundStatement = """
                    SELECT rowid AS id FROM names WHERE names MATCH '"fontaine 13"' ORDER BY rowid
                    """
                let scanned = try await connection.run(scan).map { $0["id"] }
                let found = try await connection.run(index).map { $0["id"] }
                #expect(found == scanned && !found.isEmpty)
                let before = try await StatementWork.explain([scan], on: connection)
                let after = try await StatementWork.explain([index], on: connection)
                #expect(before.amount > 5 * after.amount, "\(before.amount) to \(after.amount)")
            }
        }
    }

    @Test("the document's indexes make a message dearer to add than the expert's do, and both dearer than none")
    func writeCost() async throws {
        var pages: [CaseIndexSet: Int] = [:]
        for indexes in CaseIndexSet.allCases {
            pages[indexes] = try await DchatDatabases.with(.postgres, indexes: indexes) { fixture in
                let addition: BoundStatement = """
                    INSERT INTO dchat.messages (sender_id, receiver_id, content, status)
                    SELECT 200 + n * 37 % 700, 201 + n * 53 % 700, 'one of many', 'read'
                    FROM generate_series(1, 2000) AS n
                    """
                return try await fixture.engine.withConnection(.readWrite) { connection in
                    try await connection.explain(addition, analyze: true).buffers?.total ?? 0
                }
            }
        }
        let (none, seed, expert) = (pages[.none] ?? 0, pages[.seed] ?? 0, pages[.expert] ?? 0)
        // Four indexes against three whose rows these are; each costs at least a page for each message.
        #expect(none > 0 && expert >= none + 3 * 2_000, "\(none), \(expert)")
        // The last page of an index is remembered, and then not looked for.
        #expect(seed >= expert + 1_000, "\(seed), \(expert)")
    }

    @Test("reading a message writes into all its indexes if one of them knows the status")
    func heapOnlyUpdates() async throws {
        for indexes in CaseIndexSet.allCases {
            try await DchatDatabases.with(.postgres, indexes: indexes) { fixture in
                try await fixture.engine.withConnection(.readWrite) { connection in
                    // Room on each page, as there is where rows have been updated before.
                    try await connection.run("ALTER TABLE dchat.messages SET (fillfactor = 50)")
                    try await connection.run("VACUUM FULL dchat.messages")
                    try await connection.run("SELECT pg_stat_reset()")
                    try await connection.run(
                        "UPDATE dchat.messages SET status = 'delivered' WHERE id BETWEEN 1 AND 500 AND status = 'read'"
                    )
                    let counts = try await Self.updates(on: connection)
                    // That of the expert names the status, too, if only to leave messages out.
                    let isHeapOnly = indexes == .none
                    #expect((counts.heapOnly > counts.all * 9 / 10) == isHeapOnly, "\(indexes.rawValue)")
                    #expect(counts.heapOnly == 0 || isHeapOnly, "\(indexes.rawValue)")
                }
            }
        }
    }

    /// What the server counted, once it did: a session reports at most once a second, and when it ends.
    private static func updates(on connection: any Connection) async throws -> (all: Int, heapOnly: Int) {
        for _ in 0..<200 {
            try await connection.run("SELECT pg_stat_force_next_flush()")
            let row =
                try await
                connection.run(
                    """
                    SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables
                    WHERE relid = 'dchat.messages'::regclass
                    """
                )[0]
            let all = try row.decode(Int.self, at: 0)
            if all > 0 { return (all, try row.decode(Int.self, at: 1)) }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw EngineError(.other, "the server counted no update")
    }

    @Test("VACUUM gives no space back from within a table")
    func vacuum() async throws {
        try await DchatDatabases.with(.postgres) { fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                func bytes() async throws -> Int {
                    try await connection.run("SELECT pg_relation_size('dchat.messages')")[0].decode(Int.self, at: 0)
                }
                let before = try await bytes()
                try await connection.run("DELETE FROM dchat.messages WHERE id % 10 <> 0")
                try await connection.run("VACUUM ANALYZE dchat.messages")
                let vacuumed = try await bytes()
                #expect(vacuumed == before, "nine of ten rows are gone")
                try await connection.run("VACUUM FULL dchat.messages")
                let rewritten = try await bytes()
                #expect(rewritten * 5 < before)
            }
        }
    }

    @Test("one process with the document's pool of production takes all that its smallest plan has")
    func poolOfProduction() throws {
        let pool = PoolPreset.messengerProduction.configuration
        let plan = PoolAdvice.Plan(max: pool.max, overflow: pool.overflow)
        let free = PoolServer(connectionsMax: 60)
        #expect(plan.total(processes: 1) == 60)
        #expect(!PoolAdvice(server: free, processes: 1, cores: 2, plan: plan).planFits, "three are not for it")
        let standard = PoolServer(connectionsMax: 100)
        #expect(PoolAdvice(server: standard, processes: 1, cores: 2, plan: plan).planFits)
        #expect(!PoolAdvice(server: standard, processes: 2, cores: 2, plan: plan).planFits)
        // Twice the cores and one more, shared by both processes.
        #expect(PoolAdvice(server: standard, processes: 2, cores: 2, plan: plan).max == 3)
    }
}
