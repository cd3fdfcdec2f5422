import CaseStudies
import Martlet
import MartletCore
import Testing

@Suite("Operations of the chat application")
struct ChatOperationTests {
    /// What is captured of one operation done in one way.
    struct Expectation: CustomTestStringConvertible, Sendable {
        var operation: String
        var way: Way
        var statements: Int
        var roundTrips: Int
        /// Rows read; nil where they follow from the data.
        var rows: Int?
        /// Executions of the statement that is repeated most.
        var repeats = 1

        var testDescription: String { "\(operation) \(way.rawValue)" }
    }

    static let expectations = [
        Expectation(operation: "0a", way: .before, statements: 3, roundTrips: 3, rows: 21_200),
        Expectation(operation: "0a", way: .fair, statements: 1, roundTrips: 1, rows: 1),
        Expectation(operation: "0a", way: .seed, statements: 3, roundTrips: 1, rows: 3, repeats: 3),
        Expectation(operation: "0a", way: .expert, statements: 1, roundTrips: 1, rows: 3),
        Expectation(operation: "0b", way: .before, statements: 3, roundTrips: 3, rows: 1_000),
        Expectation(operation: "0b", way: .fair, statements: 3, roundTrips: 3, rows: 1),
        Expectation(operation: "0b", way: .seed, statements: 5, roundTrips: 5, rows: 2),
        Expectation(operation: "0b", way: .expert, statements: 1, roundTrips: 1, rows: 1),
        Expectation(operation: "0b-busy", way: .before, statements: 3, roundTrips: 3, rows: 2_000),
        Expectation(operation: "0b-busy", way: .expert, statements: 1, roundTrips: 1, rows: 1),
        Expectation(operation: "0c", way: .before, statements: 5, roundTrips: 5, rows: 3, repeats: 2),
        Expectation(operation: "0c", way: .seed, statements: 4, roundTrips: 3, rows: 2),
        Expectation(operation: "0c", way: .expert, statements: 1, roundTrips: 1, rows: 1),
    ]

    @Test("takes exactly the statements, round trips and rows of its way", arguments: ChatFixture.dialects)
    func captured(dialect: Dialect) async throws {
        for way in Way.allCases {
            try await ChatFixture.with(dialect, way: way) { fixture in
                for expectation in Self.expectations where expectation.way == way {
                    try await check(expectation, fixture)
                }
            }
        }
    }

    @Test("every way gives the user the same", arguments: ChatFixture.dialects)
    func sameResults(dialect: Dialect) async throws {
        for way in Way.allCases {
            try await ChatFixture.with(dialect, way: way) { fixture in
                for operation in fixture.study.operations(of: .small) {
                    guard let before = operation.ways[.before], let after = operation.ways[way] else { continue }
                    let expected = try await rolledBack(fixture, before)
                    #expect(try await rolledBack(fixture, after) == expected, "\(operation.id) \(way.rawValue)")
                }
            }
        }
    }

    @Test("a full chat takes no message and nothing changes, in every way", arguments: ChatFixture.dialects)
    func fullChat(dialect: Dialect) async throws {
        for way in Way.allCases {
            try await ChatFixture.with(dialect, way: way) { fixture in
                let full = ChatMessenger(messagesMax: 1_000)
                let draft = ChatMessenger.Draft(chatID: 2, userID: 2, content: "one too many")
                let messages = try await fixture.integer("SELECT count(*) FROM \(fixture.table("messages"))")
                let updated: BoundStatement = "SELECT updated_at FROM \(fixture.table("chats")) WHERE id = 2"
                let connection = try await fixture.engine.connect(.readWrite)
                let before = try await connection.run(updated)[0][0]
                #expect(try await full.send(draft, way, on: connection) == false)
                #expect(try await connection.run(updated)[0][0] == before)
                await connection.close()
                #expect(try await fixture.integer("SELECT count(*) FROM \(fixture.table("messages"))") == messages)
            }
        }
    }

    @Test("an upload beyond the quota or into another's chat is refused, in every way", arguments: ChatFixture.dialects)
    func refusedUploads(dialect: Dialect) async throws {
        try await ChatFixture.with(dialect) { fixture in
            let connection = try await fixture.engine.connect(.readWrite)
            let files = try await fixture.integer("SELECT count(*) FROM \(fixture.table("files"))")
            for way in [Way.before, .seed, .expert] {
                for (quota, chat) in [(0, 1), (1_000, 2), (1_000, 999_999)] {
                    let file = ChatUploads.File(
                        userID: 1,
                        chatID: chat,
                        storageKey: "refused",
                        name: "refused.png",
                        sizeBytes: 1
                    )
                    #expect(try await ChatUploads(filesMax: quota).save(file, way, on: connection) == false)
                }
            }
            await connection.close()
            #expect(try await fixture.integer("SELECT count(*) FROM \(fixture.table("files"))") == files)
        }
    }

    @Test("a counter that was never filled is counted, never read as zero", arguments: ChatFixture.dialects)
    func missingCounters(dialect: Dialect) async throws {
        try await ChatFixture.with(dialect) { fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                let totals = try await ChatDashboard().totals(.expert, on: connection)
                #expect(totals == ChatDashboard.Totals(users: 200, chats: 1_000, messages: 20_000))
                let draft = ChatMessenger.Draft(chatID: 2, userID: 2, content: "no counter")
                #expect(try await ChatMessenger(messagesMax: 1_000).send(draft, .expert, on: connection) == false)
                #expect(try await ChatMessenger(messagesMax: 1_001).send(draft, .expert, on: connection))
            }
        }
    }

    private func check(_ expectation: Expectation, _ fixture: ChatFixture) async throws {
        let recorder = TraceRecorder()
        let engine = RecordingEngine(fixture.engine, recorder: recorder)
        let operation = try #require(fixture.study.operations(of: .small).first { $0.id == expectation.operation })
        let body = try #require(operation.ways[expectation.way])
        try await engine.withConnection(.readWrite) { connection in
            try await connection.run("BEGIN")
            _ = try await recorder.withTrace(operation.id) { try await body(connection) }
            try await connection.run("ROLLBACK")
        }
        let trace = try #require(recorder.traces.first)
        // SQLite has no CTE that writes: two statements in one pipeline.
        let extra = fixture.dialect == .sqlite && expectation.way == .expert && operation.id != "0a" ? 1 : 0
        #expect(trace.executions.count == expectation.statements + extra, "\(expectation.testDescription)")
        #expect(trace.roundTrips == expectation.roundTrips, "\(expectation.testDescription)")
        if let rows = expectation.rows { #expect(trace.rows == rows, "\(expectation.testDescription)") }
        let repeats = Dictionary(grouping: trace.executions, by: \.fingerprint).values.map(\.count).max()
        #expect(repeats == expectation.repeats, "\(expectation.testDescription)")
        #expect(recorder.omissions.executionsOutsideTraces == 2, "BEGIN and ROLLBACK")
    }

    private func rolledBack(_ fixture: ChatFixture, _ body: @escaping CaseOperation.Body) async throws -> [[Value]] {
        try await fixture.engine.withConnection(.readWrite) { connection in
            try await connection.run("BEGIN")
            let rows = try await body(connection)
            try await connection.run("ROLLBACK")
            return rows
        }
    }
}
