import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("Room in counters of SQLite")
struct SQLiteReservationTests {
    private static let definition = CounterDefinition.of("t", by: ["k"])

    @Test("racing writers never exceed a limit, initialised or not", arguments: [true, false])
    func racing(isInitialised: Bool) async throws {
        try await SQLiteCounterFixture.with("CREATE TABLE t (k INTEGER);") { fixture in
            try await fixture.store.install(Self.definition)
            if isInitialised { _ = try await fixture.store.initialise("tested", force: false) }
            let store = fixture.store
            let engine = fixture.database.engine
            let granted = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        try await engine.withConnection(.readWrite) { connection in
                            var granted = 0
                            for _ in 0..<5 {
                                granted += try await connection.transaction { connection in
                                    let isRoom = try await store.reserve(
                                        1,
                                        of: "tested",
                                        for: 1,
                                        limit: 40,
                                        on: connection
                                    )
                                    if isRoom { try await connection.run("INSERT INTO t VALUES (1)") }
                                    return isRoom ? 1 : 0
                                }
                            }
                            return granted
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(granted == 40)
            #expect(try await store.value(of: "tested", for: 1, on: fixture.connection).number.description == "40")
        }
    }

    @Test("room is kept only within a transaction")
    func outside() async throws {
        try await SQLiteCounterFixture.with("CREATE TABLE t (k);", counters: [Self.definition]) { fixture in
            let counters = Counters(fixture.database.engine)
            let error = await #expect(throws: CounterError.self) {
                try await counters.reserve(of: "tested", for: 1, limit: 3, on: fixture.connection)
            }
            #expect(error?.code == .unsupportedTransaction)
            try await fixture.connection.transaction { connection in
                let negative = await #expect(throws: CounterError.self) {
                    try await counters.reserve(-1, of: "tested", for: 1, limit: 3, on: connection)
                }
                #expect(negative?.code == .invalidAmount)
                let hasRoom = try await counters.reserve(3, of: "tested", for: 1, limit: 3, on: connection)
                let hasMore = try await counters.reserve(4, of: "tested", for: 1, limit: 3, on: connection)
                #expect(hasRoom && !hasMore)
            }
        }
    }
}
