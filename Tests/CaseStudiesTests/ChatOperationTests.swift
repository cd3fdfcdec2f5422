import CaseStudies
import Martlet
import MartletCore
import Testing

@Suite("Operations of the chat application")
struct ChatOperationTests {
    static let expectations = [
        CapturedOperation(operation: "0a", way: .before, statements: 3, roundTrips: 3, rows: 21_200),
        CapturedOperation(operation: "0a", way: .fair, statements: 1, roundTrips: 1, rows: 1),
        CapturedOperation(operation: "0a", way: .seed, statements: 3, roundTrips: 1, rows: 3, repeats: 3),
        CapturedOperation(operation: "0a", way: .expert, statements: 1, roundTrips: 1, rows: 1),
        CapturedOperation(operation: "0b", way: .before, statements: 3, roundTrips: 3, rows: 1_000),
        CapturedOperation(operation: "0b", way: .fair, statements: 3, roundTrips: 3, rows: 1),
        CapturedOperation(operation: "0b", way: .seed, statements: 5, roundTrips: 5, rows: 2),
        CapturedOperation(operation: "0b", way: .expert, statements: 1, statementsOnSQLite: 2, roundTrips: 1, rows: 1),
        CapturedOperation(operation: "0b-busy", way: .before, statements: 3, roundTrips: 3, rows: 2_000),
        CapturedOperation(
            operation: "0b-busy",
            way: .expert,
            statements: 1,
            statementsOnSQLite: 2,
            roundTrips: 1,
            rows: 1
        ),
        CapturedOperation(operation: "0c", way: .before, statements: 5, roundTrips: 5, rows: 3, repeats: 2),
        CapturedOperation(operation: "0c", way: .seed, statements: 4, roundTrips: 3, rows: 2),
        CapturedOperation(operation: "0c", way: .expert, statements: 1, statementsOnSQLite: 2, roundTrips: 1, rows: 1),
    ]

    @Test("takes exactly the statements, round trips and rows of its way", arguments: Dialect.allCases)
    func captured(dialect: Dialect) async throws {
        for way in Way.allCases {
            try await CaseFixture.with(ChatCaseStudy(), dialect, way: way) { fixture in
                for expectation in Self.expectations where expectation.way == way {
                    try await expectation.check(fixture)
                }
            }
        }
    }

    @Test("reading a chat of 1,000 takes a hundred times the bytes of asking for room", arguments: Dialect.allCases)
    func bytes(dialect: Dialect) async throws {
        var bytes: [Int] = []
        for expectation in Self.expectations where expectation.operation == "0b" {
            guard [.before, .expert].contains(expectation.way) else { continue }
            try await CaseFixture.with(ChatCaseStudy(), dialect, way: expectation.way) { fixture in
                bytes.append(try await expectation.trace(on: fixture).executions.reduce(0) { $0 + $1.bytes })
            }
        }
        #expect(bytes.count == 2 && bytes[1] > 0 && bytes[0] >= 100 * bytes[1], "\(bytes)")
    }

    @Test("every way gives the user the same", arguments: Dialect.allCases)
    func sameResults(dialect: Dialect) async throws {
        for way in Way.allCases {
            try await CaseFixture.with(ChatCaseStudy(), dialect, way: way) { fixture in
                for operation in fixture.study.operations(of: .small) where operation.ways[way] != nil {
                    let expected = try await fixture.rolledBack(operation, .before)
                    let given = try await fixture.rolledBack(operation, way)
                    #expect(given == expected, "\(operation.id) \(way.rawValue)")
                }
            }
        }
    }

    @Test("a full chat takes no message and nothing changes, in every way", arguments: Dialect.allCases)
    func fullChat(dialect: Dialect) async throws {
        for way in Way.allCases {
            try await CaseFixture.with(ChatCaseStudy(), dialect, way: way) { fixture in
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

    @Test("an upload beyond the quota or into another's chat is refused, in every way", arguments: Dialect.allCases)
    func refusedUploads(dialect: Dialect) async throws {
        try await CaseFixture.with(ChatCaseStudy(), dialect) { fixture in
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

    @Test("a counter that was never filled is counted, never read as zero", arguments: Dialect.allCases)
    func missingCounters(dialect: Dialect) async throws {
        try await CaseFixture.with(ChatCaseStudy(), dialect) { fixture in
            try await fixture.counters(of: .expert).addIndexes()
            for definition in fixture.counters(of: .expert).definitions {
                try await Counters(fixture.engine).install(definition)
            }
            try await fixture.engine.withConnection(.readWrite) { connection in
                let totals = try await ChatDashboard().totals(.expert, on: connection)
                #expect(totals == ChatDashboard.Totals(users: 200, chats: 1_000, messages: 20_000))
                let draft = ChatMessenger.Draft(chatID: 2, userID: 2, content: "no counter")
                #expect(try await ChatMessenger(messagesMax: 1_000).send(draft, .expert, on: connection) == false)
                #expect(try await ChatMessenger(messagesMax: 1_001).send(draft, .expert, on: connection))
            }
        }
    }

    @Test(
        "a counter that was never installed fails the dashboard and leaves sending right",
        arguments: Dialect.allCases
    )
    func noCounters(dialect: Dialect) async throws {
        try await CaseFixture.with(ChatCaseStudy(), dialect) { fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                let error = try await #require(throws: EngineError.self) {
                    try await ChatDashboard().totals(.expert, on: connection)
                }
                #expect(error.code == .undefinedObject)
                let draft = ChatMessenger.Draft(chatID: 2, userID: 2, content: "no counter")
                #expect(try await ChatMessenger(messagesMax: 1_000).send(draft, .expert, on: connection) == false)
                #expect(try await ChatMessenger(messagesMax: 1_001).send(draft, .expert, on: connection))
            }
        }
    }
}
