import Martlet
import MartletCore
import Testing

@Suite("Keyset pages")
struct PagingTests {
    private static let signer = Result { try CursorSigner(key: [UInt8](repeating: 9, count: 32)) }

    @Test("refuses a page of no rows or of too many with an error", arguments: [0, -1, .min, 10_001, .max])
    func sizes(size: Int) async throws {
        try await PagingDatabase(.sqlite)
            .withConnection { connection in
                let pages = PagedStatement(
                    "SELECT * FROM items",
                    orderedBy: [.ascending("id")],
                    signer: try Self.signer.get()
                )
                for isLast in [false, true] {
                    let error = await #expect(throws: PagingError.self) {
                        isLast
                            ? try await pages.lastPage(size: size, on: connection)
                            : try await pages.page(size: size, on: connection)
                    }
                    #expect(error?.code == .unusableSize)
                    #expect(error?.code.isBadCursor == false)
                }
                let error = #expect(throws: PagingError.self) {
                    try pages.pageStatement(size: size, dialect: .sqlite)
                }
                #expect(error?.code == .unusableSize)
            }
    }

    @Test(
        "page 20,001 touches no more than page 1, whichever way the keys go",
        arguments: Dialect.allCases,
        [
            [PageKey.descending("made"), .descending("id")],
            [.ascending("kind"), .descending("made"), .ascending("id")],
            [.descending("kind"), .ascending("due", nulls: .first), .descending("id")],
        ]
    )
    func flatCost(_ dialect: Dialect, _ order: [PageKey]) async throws {
        let size = 5
        try await PagingDatabase(dialect)
            .withConnection { connection in
                try await fill(connection, rows: 20_010 * size, order: order)
                let pages = PagedStatement(
                    "SELECT * FROM items",
                    orderedBy: order,
                    signer: try Self.signer.get()
                )
                let sorted: BoundStatement = "SELECT * FROM items ORDER BY \(unsafeSQL: terms(order))"
                let far = try await connection.run(
                    "\(unsafeSQL: sorted.statement.text) LIMIT 1 OFFSET \(20_000 * size - 1)"
                )
                let cursor = try pages.cursor(behind: try #require(far.first))
                let first = try await effort(of: pages.pageStatement(size: size, dialect: dialect), connection)
                let deep = try await effort(
                    of: pages.pageStatement(at: cursor, size: size, dialect: dialect),
                    connection
                )
                // Each of up to four parts looks up its place in the index and reads a page's rows at the most; a
                // look-up takes three pages of the index, or some steps.
                #expect(deep <= first * 4 + (dialect == .postgres ? 12 : 200), "\(deep), page 1 \(first)")
                let offset = try await effort(
                    of: "\(unsafeSQL: sorted.statement.text) LIMIT \(size) OFFSET \(20_000 * size)",
                    connection
                )
                #expect(deep * 4 < offset, "page 20,001: \(deep), by OFFSET: \(offset)")
                let page = try await pages.page(at: cursor, size: size, on: connection)
                #expect(page.rows.count == size)
            }
    }

    private func terms(_ order: [PageKey]) -> String {
        order.map { key in
            key.column.quoted + (key.direction == .ascending ? "" : " DESC")
                + (key.nulls == .first ? " NULLS FIRST" : "")
        }
        .joined(separator: ", ")
    }

    /// Pages on PostgreSQL, steps of the virtual machine on SQLite.
    private func effort(of statement: BoundStatement, _ connection: any Connection) async throws -> Int {
        let plan = try await connection.explain(statement, analyze: true)
        return try #require(plan.buffers?.total ?? plan.virtualMachineSteps)
    }

    private func fill(_ connection: any Connection, rows: Int, order: [PageKey]) async throws {
        let numbers =
            connection.dialect == .postgres
            ? "generate_series(1, \(rows)) AS n(i)"
            : "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows)) SELECT i FROM n)"
        try await connection.runScript(
            """
            CREATE TABLE items (id bigint PRIMARY KEY, kind integer NOT NULL, made integer NOT NULL, due integer);
            INSERT INTO items SELECT i, i % 2, i / 7, CASE WHEN i % 3 > 0 THEN i % 5 END FROM \(numbers);
            """
        )
        // SQLite's indexes have NULLs first as they are.
        let indexed = connection.dialect == .postgres ? terms(order) : terms(order).replacing(" NULLS FIRST", with: "")
        try await connection.run("CREATE INDEX by_order ON items (\(unsafeSQL: indexed))")
        try await connection.run("ANALYZE items")
    }

    @Test("lead to rows that come later, and back from behind the last", arguments: Dialect.allCases)
    func resuming(_ dialect: Dialect) async throws {
        try await PagingDatabase(dialect)
            .withConnection { connection in
                try await connection.runScript("CREATE TABLE t (id bigint PRIMARY KEY)")
                try await connection.run("INSERT INTO t VALUES (1), (2)")
                let pages = PagedStatement(
                    "SELECT id FROM t -- all of them",
                    orderedBy: [.ascending("id")],
                    signer: try Self.signer.get()
                )
                let first = try await pages.page(size: 2, on: connection)
                #expect(first.next == nil && first.previous == nil)
                let resume = try #require(first.resume)
                let nothing = try await pages.page(at: resume, size: 2, on: connection)
                #expect(nothing.rows.isEmpty && nothing.next == nil)
                let back = try await pages.page(at: nothing.previous, size: 1, on: connection)
                #expect(try back.rows.map { try $0.decode(Int.self, at: 0) } == [2])
                try await connection.run("INSERT INTO t VALUES (3)")
                let later = try await pages.page(at: nothing.resume, size: 2, on: connection)
                #expect(try later.rows.map { try $0.decode(Int.self, at: 0) } == [3])
            }
    }

    @Test("refuse a cursor of another order, statement or scope, and keys that are missing or NULL")
    func refusals() async throws {
        let signer = try Self.signer.get()
        try await PagingDatabase(.sqlite)
            .withConnection { connection in
                try await connection.runScript("CREATE TABLE t (id INTEGER, name TEXT); INSERT INTO t VALUES (1, NULL)")
                let statement: BoundStatement = "SELECT * FROM t"
                let own = PagedStatement(statement, orderedBy: [.ascending("id")], signer: signer, scope: [7])
                let cursor = try await own.page(size: 1, on: connection).resume
                for other in [
                    PagedStatement(statement, orderedBy: [.descending("id")], signer: signer, scope: [7]),
                    PagedStatement(statement, orderedBy: [.ascending("id")], signer: signer, scope: [8]),
                    PagedStatement("SELECT id FROM t", orderedBy: [.ascending("id")], signer: signer, scope: [7]),
                ] {
                    let error = await #expect(throws: PagingError.self) {
                        try await other.page(at: cursor, size: 1, on: connection)
                    }
                    #expect(error?.code == .foreignCursor)
                }
                let null = await #expect(throws: PagingError.self) {
                    try await PagedStatement(statement, orderedBy: [.ascending("name")], signer: signer)
                        .page(size: 1, on: connection)
                }
                #expect(null?.code == .nullKey)
            }
    }

    @Test("read plain placeholders of SQLite, a WITH, and values of their own", arguments: Dialect.allCases)
    func statements(_ dialect: Dialect) async throws {
        try await PagingDatabase(dialect)
            .withConnection { connection in
                try await connection.runScript(
                    """
                    CREATE TABLE t (a integer NOT NULL, id bigint PRIMARY KEY);
                    INSERT INTO t VALUES (1, 1), (1, 2), (2, 3), (3, 4)
                    """
                )
                let mark = dialect == .postgres ? "$1" : "?"
                let pages = PagedStatement(
                    BoundStatement(
                        Statement(unsafeText: "WITH few AS (SELECT * FROM t WHERE id < \(mark)) SELECT * FROM few;"),
                        values: [4]
                    ),
                    orderedBy: [.descending("a"), .ascending("id")],
                    signer: try Self.signer.get()
                )
                var ids: [Int] = []
                try await pages.forEachPage(size: 1, on: connection) { page in
                    ids += try page.rows.map { try $0.decode(Int.self, "id") }
                }
                #expect(ids == [3, 1, 2])
            }
    }

    @Test("of each group give its first rows and read no others", arguments: Dialect.allCases)
    func topRows(_ dialect: Dialect) async throws {
        try await PagingDatabase(dialect)
            .withConnection { connection in
                try await connection.runScript(
                    """
                    CREATE TABLE chats (id bigint PRIMARY KEY, owner integer NOT NULL);
                    CREATE TABLE messages (id bigint PRIMARY KEY, chat_id bigint NOT NULL, sent integer);
                    INSERT INTO chats VALUES (1, 1), (2, 1), (3, 2), (4, 1);
                    CREATE INDEX latest ON messages (chat_id, sent, id);
                    """
                )
                let main = dialect == .postgres ? "public" : "main"
                let table = QualifiedName(schema: main, name: "messages")
                let rows = (Int64(1)...6_000)
                    .map { number -> [Value] in
                        [.integer(number), .integer(number % 3 + 1), .integer(number / 9)]
                    }
                _ = try await connection.load(rows, into: table, columns: ["id", "chat_id", "sent"])
                try await connection.run("ANALYZE")
                let latest = TopRows(
                    of: table,
                    columns: ["id", "sent"],
                    count: 3,
                    orderedBy: [.descending("sent"), .descending("id")],
                    groupedBy: "chat_id",
                    among: "SELECT id FROM chats WHERE owner = \(1)",
                    key: "id"
                )
                let groups = try await latest.rowsByGroup(on: connection)
                let ids = try groups.mapValues { try $0.map { try $0.decode(Int.self, "id") } }
                #expect(ids == [1: [6_000, 5_997, 5_994], 2: [5_998, 5_995, 5_992]])
                let effort = try await effort(of: latest.statement(dialect), connection)
                #expect(effort < (dialect == .postgres ? 60 : 1_000))
            }
    }

    @Test("refuse to read groups of less than a row", arguments: Dialect.allCases)
    func unusableCount(_ dialect: Dialect) async throws {
        try await PagingDatabase(dialect)
            .withConnection { connection in
                try await connection.runScript(
                    """
                    CREATE TABLE messages (id bigint PRIMARY KEY, chat_id bigint NOT NULL);
                    INSERT INTO messages VALUES (1, 1), (2, 1);
                    """
                )
                for count in [0, -1, Int.min] {
                    let rows = TopRows(
                        of: QualifiedName(schema: dialect == .postgres ? "public" : "main", name: "messages"),
                        columns: ["id"],
                        count: count,
                        orderedBy: [.descending("id")],
                        groupedBy: "chat_id",
                        among: "SELECT 1",
                        key: "id"
                    )
                    let error = await #expect(throws: EngineError.self) { try await rows.rowsByGroup(on: connection) }
                    #expect(error?.code == .invalidValue && error?.message.contains("\(count)") == true)
                    let read = try await connection.run(rows.statement(dialect))
                    #expect(read.isEmpty)
                }
            }
    }
}
