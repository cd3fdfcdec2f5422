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

    @Test("each example of a page stands in the tests below", arguments: ["paging", "streaming", "tracing"])
    func examplesAreRun(_ page: String) throws {
        let source = try Self.words(String(contentsOfFile: #filePath, encoding: .utf8))
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: folder.appendingPathComponent("docs/\(page).md"), encoding: .utf8)
        let blocks = text.components(separatedBy: "```swift\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```").first }
        #expect(!blocks.isEmpty)
        for block in blocks { #expect(source.contains(Self.words(block)), "not run: \(block)") }
    }

    private static func words(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test func paging() async throws {
        try await withChats { _, connection in
            let secret = [UInt8](repeating: 3, count: 32)
            let signer = try CursorSigner(key: secret)
            var titles: [String] = []
            var requested: String?
            while true {
                let chats = PagedStatement(
                    "SELECT id, title, updated_at FROM chats WHERE owner = \(owner)",
                    orderedBy: [.descending("updated_at"), .descending("id")],
                    signer: signer,
                    scope: [.integer(owner)]
                )
                let page = try await chats.page(at: requested.map(PageCursor.init), size: 2, on: connection)
                for row in page.rows { titles.append(try row.decode(String.self, "title")) }
                let nextPage = page.next?.text
                guard nextPage != nil else { break }
                requested = nextPage
            }
            #expect(titles == ["b", "a", "d"])
            let tasks = PagedStatement(
                "SELECT id, pinned, due FROM tasks",
                orderedBy: [.descending("pinned"), .ascending("due", nulls: .last), .ascending("id")],
                signer: signer
            )
            var ids: [Int] = []
            try await tasks.forEachPage(size: 1, on: connection) { ids.append(try $0.rows[0].decode(Int.self, "id")) }
            #expect(ids == [3, 2, 1])
            let messages = QualifiedName(schema: "main", name: "messages")
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
        }
    }

    @Test func streaming() async throws {
        try await withChats { _, connection in
            let folder = try TemporaryDatabase()
            let path = folder.folder.appendingPathComponent("chats.csv")
            _ = FileManager.default.createFile(atPath: path.path, contents: nil)
            let file = try FileHandle(forWritingTo: path)
            let export = StatementExport("SELECT id, title FROM chats WHERE owner = \(owner) ORDER BY id", as: .csv())
            let summary = try await export.write(on: connection) { chunk in
                try file.write(contentsOf: chunk)
            }
            #expect(summary.rows == 3)
            #expect(try String(contentsOf: path, encoding: .utf8) == "id,title\n1,a\n2,b\n4,d\n")
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
            let commented = CommentingEngine(base, options: CommentOptions(tags: ["application": "shop"]))
            let one = try await commented.withConnection(.readOnly) { try await $0.run("SELECT 1") }
            #expect(one.count == 1)
        }
    }
}
