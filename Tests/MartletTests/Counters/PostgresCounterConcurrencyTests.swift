import Martlet
import MartletCore
import MartletTesting
import Synchronization
import Testing

@Suite("Counters on PostgreSQL beside writers")
struct PostgresCounterConcurrencyTests {
    @Test("installing, filling, fixing and folding beside writers end exact", arguments: CountedTable.allCases)
    func repairs(_ table: CountedTable) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let fixture = try await PostgresCounterFixture(table.script)
        let committed = try await RandomWriters(fixture.engine, seed: seed)
            .run {
                for (number, definition) in CountedTable.definitions.enumerated() {
                    let name = definition.name
                    try await fixture.store.install(definition)
                    if number.isMultiple(of: 2) {
                        _ = try await fixture.store.initialise(name, force: false)
                    } else {
                        _ = try await fixture.store.backfill(name, options: BackfillOptions(batchSize: 4)) { _ in }
                    }
                    let verification = try await fixture.store.verify(name)
                    #expect(verification.isExact, "seed \(seed): \(verification)")
                    #expect(try await fixture.store.fix(name).keysCorrected == 0, "seed \(seed)")
                    _ = try await fixture.store.fold(name)
                    #expect(try await fixture.store.verify(name).isExact, "seed \(seed)")
                }
            }
        #expect(committed > 50)
        try await fixture.expectAllExact()
    }

    @Test("unseen writes are fixed beside writers and beside another fix")
    func racingFixes() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        _ = try await RandomWriters(fixture.engine, seed: seed)
            .run {
                for _ in 0..<3 {
                    try await fixture.run(
                        """
                        SET session_replication_role = replica;
                        INSERT INTO messages (id) SELECT max(id) + 9999 FROM messages
                        """
                    )
                    let mended = try await withThrowingTaskGroup(of: Int.self) { group in
                        for _ in 0..<4 { group.addTask { try await fixture.store.fix("by_chat").keysCorrected } }
                        return try await group.reduce(0, +)
                    }
                    #expect(mended == 1, "seed \(seed)")
                }
            }
        for definition in CountedTable.definitions { _ = try await fixture.store.fix(definition.name) }
        try await fixture.expectAllExact()
    }

    @Test("16 writers who race for room never exceed the limit", arguments: [Isolation.readCommitted, .serializable])
    func reservations(_ isolation: Isolation) async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        let writers = (0..<16).map { writer in Task { try await Self.reserve(fixture, isolation, writer) } }
        var accepted = 0
        for writer in writers { accepted += try await writer.value }
        #expect(accepted == 30)
        #expect(try await fixture.number("SELECT count(*) FROM messages WHERE chat_id = 3") == 40)
        try await fixture.expectAllExact()
    }

    /// Asks five times for room for one row, adds it if there is any, and returns how many rows were added.
    private static func reserve(
        _ fixture: PostgresCounterFixture,
        _ isolation: Isolation,
        _ writer: Int
    ) async throws -> Int {
        let counters = fixture.counters
        return try await fixture.engine.withConnection(.readWrite) { connection in
            var accepted = 0
            var turn = 0
            while turn < 5 {
                let id = 10_000 + writer * 100 + turn
                do {
                    accepted += try await connection.transaction(isolation: isolation) { connection in
                        let key: CounterKey = 3
                        guard try await counters.reserve(of: "by_chat", for: key, limit: 40, on: connection) else {
                            return 0
                        }
                        try await connection.run("INSERT INTO messages (id, chat_id) VALUES (\(id), 3)")
                        return 1
                    }
                    turn += 1
                } catch let error as EngineError where error.code == .serializationFailure {
                    #expect(isolation != .readCommitted)
                }
            }
            return accepted
        }
    }

    @Test("room that a transaction keeps for itself counts when it asks again, until it is rolled back")
    func repeatedReservation() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        let counters = fixture.counters
        try await fixture.engine.withConnection(.readWrite) { connection in
            try await connection.transaction { connection in
                func reserve(_ amount: Int) async throws -> Bool {
                    try await counters.reserve(amount, of: "by_chat", for: 3, limit: 15, on: connection)
                }
                #expect(try await reserve(4) == true)
                try await connection.run("INSERT INTO messages (id, chat_id) VALUES (1001, 3), (1002, 3)")
                #expect(try await reserve(2) == false)
                #expect(try await reserve(1) == true)
                #expect(try await reserve(1) == false)
                #expect(try await reserve(0) == true)
            }
            try await connection.transaction { connection in
                let hasRoom = try await counters.reserve(3, of: "by_chat", for: 3, limit: 15, on: connection)
                #expect(hasRoom)
            }
        }
        for (amount, code) in [(-1, CounterError.Code.invalidAmount), (1, .unsupportedTransaction)] {
            let error = await #expect(throws: CounterError.self) {
                try await fixture.engine.withConnection(.readWrite) { connection in
                    _ = try await counters.reserve(amount, of: "by_chat", for: 3, limit: 15, on: connection)
                }
            }
            #expect(error?.code == code)
        }
    }

    @Test("writers of the same keys in any order neither wait for one another nor fail")
    func noWaiting() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        try await fixture.engine.withConnection(.readWrite) { first in
            try await fixture.engine.withConnection(.readWrite) { second in
                for level in ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"] {
                    let sessions: [any Connection] = [first, second]
                    for session in sessions {
                        try await session.runScript("SET lock_timeout = '1s'; BEGIN ISOLATION LEVEL \(level)")
                    }
                    let base = level.count * 1_000
                    for turn in 0..<200 {
                        for (index, session) in sessions.enumerated() {
                            let chat = (turn + index) % 2 + 3
                            try await session.run(
                                "INSERT INTO messages (id, chat_id) VALUES (\(base + turn * 2 + index), \(chat))"
                            )
                        }
                    }
                    for session in sessions { try await session.run("COMMIT") }
                }
            }
        }
        #expect(try await fixture.number("SELECT count(*) FROM messages") == 1_310)
        try await fixture.expectAllExact()
    }
}
