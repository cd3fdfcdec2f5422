import Foundation
import InMemoryTracing
import Martlet
import MartletCore
import MartletExpectations
import MartletTesting
import MetricsTestKit
import Testing

/// What the pages of the library show compiles, runs, and is what stands there.
@Suite("Pages of the library")
struct DocumentedLibraryTests {
    private let owner: Int64 = 1

    private func withChats(_ body: (any Engine, any Connection) async throws -> Void) async throws {
        let database = try await TemporaryDatabase(
            script: """
                CREATE TABLE chats (
                    id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, title TEXT, updated_at INTEGER NOT NULL
                );
                CREATE TABLE messages (id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, text TEXT);
                CREATE TABLE tasks (id INTEGER PRIMARY KEY, pinned INTEGER NOT NULL, due TEXT);
                INSERT INTO chats VALUES (1, 1, 'a', 5), (2, 1, 'b', 5), (3, 2, 'x', 9), (4, 1, 'd', 1);
                INSERT INTO messages VALUES (1, 1, 'p'), (2, 1, 'q'), (3, 1, 'r'), (4, 2, 's');
                INSERT INTO tasks VALUES (1, 0, NULL), (2, 0, '2026-01-01'), (3, 1, NULL);
                """
        )
        try await database.engine.withConnection(.readWrite) { try await body(database.engine, $0) }
        withExtendedLifetime(database) {}
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// The files that pages show as a whole.
    private static let wholeFiles = [
        ("paging", "Tests/MartletTests/Paging/PagingExample.swift"),
        ("streaming", "Tests/MartletTests/Streaming/StreamingExample.swift"),
        ("tracing", "Tests/MartletTests/Tracing/TracingExample.swift"),
        ("tracing", "Tests/MartletTests/Tracing/ChatListTests.swift"),
        ("tracing", "Tests/MartletTests/Tracing/ChatListXCTests.swift"),
        ("tracing", "Examples/Hummingbird/Sources/ChatServer/TraceMiddleware.swift"),
    ]

    private static func page(_ name: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent("docs/\(name).md"), encoding: .utf8)
    }

    private static func source(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("a page shows the file that is compiled, as it is", arguments: wholeFiles)
    func showsWholeFiles(page: String, path: String) throws {
        #expect(try Self.page(page).contains("```swift\n\(Self.source(path))```\n"))
    }

    @Test("each example of a page stands in a file above or in the tests below", arguments: Set(wholeFiles.map(\.0)))
    func examplesAreRun(_ page: String) throws {
        let files = Self.wholeFiles.map(\.1) + ["Tests/MartletTests/DocumentedLibraryTests.swift"]
        let source = try files.map { Self.words(try Self.source($0)) }.joined(separator: "\n")
        let blocks = try Self.page(page).components(separatedBy: "```swift\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```").first }
        #expect(blocks.count > 1)
        for block in blocks { #expect(source.contains(Self.words(block)), "not run: \(block)") }
    }

    @Test("the products that README links are those of the package")
    func products() throws {
        let package = try Self.source("Package.swift")
        let products = try Self.source("README.md").components(separatedBy: ".product(name: \"").dropFirst()
            .compactMap { $0.components(separatedBy: "\"").first }
        #expect(products.count == 3)
        for product in products { #expect(package.contains(".library(name: \"\(product)\"")) }
    }

    @Test("the page on paging says what its example returns")
    func pagingExample() async throws {
        let database = try TemporaryDatabase()
        let secret = String(repeating: "0123456789abcdef", count: 4)
        let lines = try await PagingExample.run(path: database.path, secret: secret)
        #expect(lines == ["b, a", "d", "400 Bad Request: malformed cursor"])
        #expect(try Self.page("paging").contains("returns `\(lines)`"))
    }

    @Test("the page on streaming says what its example returns and writes")
    func streamingExample() async throws {
        let database = try TemporaryDatabase()
        let path = database.folder.appendingPathComponent("chats.csv").path
        let summary = try await StreamingExample.run(databasePath: database.path, filePath: path)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(try Self.page("streaming").contains("returns `\"\(summary)\"`"))
        #expect(try Self.page("streaming").contains(Self.indented(text.split(separator: "\n").map(String.init))))
    }

    @Test("the page on tracing says what its example returns")
    func tracingExample() async throws {
        let database = try TemporaryDatabase()
        let lines = try await TracingExample.run(path: database.path)
        #expect(lines.count == 4)
        #expect(try Self.page("tracing").contains(Self.indented(lines)))
    }

    @Test("BEGIN, COMMIT and each statement of a pipeline count, and a script is one")
    func countedStatements() async throws {
        let database = try TemporaryDatabase()
        let engine = RecordingEngine(database.engine, recorder: TraceRecorder())
        try await engine.withConnection(.readWrite) { connection in
            try await expect(statements: 4) {
                try await connection.transaction { connection in
                    try await connection.run("CREATE TABLE t (id INTEGER)")
                    _ = try await connection.run("INSERT INTO t VALUES (1)")
                }
            }
            _ = try await expect(statements: 2) { try await connection.runPipelined(["SELECT 1", "SELECT 2"]) }
            try await expect(statements: 1) { try await connection.runScript("SELECT 1; SELECT 2") }
        }
    }

    private static func indented(_ lines: [String]) -> String {
        lines.map { "    \($0)\n" }.joined()
    }

    private static func words(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test func paging() async throws {
        try await withChats { _, connection in
            let signer = try CursorSigner(key: [UInt8](repeating: 3, count: 32))
            let tasks = PagedStatement(
                "SELECT id, pinned, due FROM tasks",
                orderedBy: [.descending("pinned"), .ascending("due", nulls: .last), .ascending("id")],
                signer: signer
            )
            var ids: [Int] = []
            try await tasks.forEachPage(size: 1, on: connection) { ids.append(try $0.rows[0].decode(Int.self, "id")) }
            #expect(ids == [3, 2, 1])
            let messages = QualifiedName(schema: "main", name: "messages")  // "public" on PostgreSQL
            let latest = TopRows(
                of: messages,
                columns: ["id", "text"],
                count: 2,
                orderedBy: [.descending("id")],
                groupedBy: "chat_id",
                among: "SELECT id FROM chats WHERE owner = \(owner)",
                key: "id"
            )
            let byChat = try await latest.rowsByGroup(on: connection)
            #expect(try byChat.mapValues { try $0.map { try $0.decode(Int.self, "id") } } == [1: [3, 2], 2: [4]])
            #expect(byChat[.integer(1)]?.count == 2)
        }
    }

    @Test func streaming() async throws {
        try await withChats { _, connection in
            var count = 0
            try await connection.stream("SELECT id FROM chats", batchRows: 500) { rows in
                count += rows.count
            }
            #expect(count == 4)
        }
    }

    @Test func streamingByCopy() async throws {
        let engine = try await PrivatePostgres.temporaryDatabase()
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript(
                """
                CREATE TABLE chats (id bigint PRIMARY KEY, owner bigint NOT NULL, title text);
                INSERT INTO chats VALUES (1, 1, 'a'), (2, 2, 'b');
                """
            )
            let folder = try TemporaryDatabase()
            let path = folder.folder.appendingPathComponent("chats.csv")
            _ = FileManager.default.createFile(atPath: path.path, contents: nil)
            let file = try FileHandle(forWritingTo: path)
            let copied = try await StatementExport(
                "SELECT id, title FROM chats WHERE owner = \(owner)",
                as: .copy(.csv())
            )
            .write(on: connection) { chunk in try file.write(contentsOf: chunk) }
            #expect(copied.rows == 1)
            #expect(try String(contentsOf: path, encoding: .utf8) == "id,title\n1,a\n")
        }
    }

    @Test func tracing() async throws {
        try await withChats { base, _ in
            let (tracer, metrics) = (InMemoryTracer(), TestMetrics())
            let engine = TelemetryEngine(
                base,
                identity: DatabaseIdentity(DatabaseLocation("postgres://app@db.example/shop")),
                options: TelemetryOptions(tracer: tracer, metrics: metrics)
            )
            let connection = try await engine.connect(.readOnly)
            let titles = try await withTrace("GET /chats", tracer: tracer) {
                try await connection.run("SELECT title FROM chats WHERE owner = \(owner)")
            }
            await connection.close()
            #expect(titles.count == 3)
            #expect(tracer.finishedSpans.map(\.operationName) == ["SELECT chats", "GET /chats"])
            let recorder = TraceRecorder()
            let recorded = RecordingEngine(base, recorder: recorder)
            try await recorded.withConnection(.readOnly) { connection in
                try await withTrace("GET /chats", recorder: recorder, tracer: tracer) {
                    _ = try await connection.run("SELECT title FROM chats WHERE owner = \(owner)")
                }
            }
            let roundTrips = recorder.traces.first?.roundTrips
            #expect(roundTrips == 1)
            try await recorded.withConnection(.readOnly) { connection in
                try await expect(statements: 1) {
                    _ = try await connection.run("SELECT title FROM chats WHERE owner = \(owner)")
                }
            }
            // `base` is the engine to be wrapped.
            let commented = CommentingEngine(base, options: CommentOptions(tags: ["application": "shop"]))
            let one = try await commented.withConnection(.readOnly) { try await $0.run("SELECT 1") }
            #expect(one.count == 1)
        }
    }
}
