import Martlet
import MartletCore
import MartletPostgres
import MartletTesting
import Synchronization
import Testing

@Suite("Parallel reads")
struct ParallelTests {
    private static let script = """
        CREATE TABLE t (n INTEGER PRIMARY KEY, name TEXT);
        INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three');
        """

    @Test("gives each read its own type, in one round trip", arguments: Backend.allCases, [false, true])
    func types(backend: Backend, snapshot: Bool) async throws {
        try await backend.withEngine(Self.script) { engine, recorder in
            try await engine.withConnection(.readOnly) { connection in
                for _ in 0..<3 {
                    let (results, trace) = try await recorder.trace("page") {
                        try await connection.parallel(snapshot: snapshot) {
                            Read("SELECT count(*) FROM t") { try $0[0].decode(Int.self, at: 0) }
                            Read(each: "SELECT name FROM t WHERE n < \(3) ORDER BY n") {
                                try $0.decode(String.self, at: 0)
                            }
                            Read("SELECT n FROM t WHERE name = \("three")")
                        }
                    }
                    #expect(results.0 == 3)
                    #expect(results.1 == ["one", "two"])
                    #expect(results.2.count == 1)
                    #expect(trace.roundTrips == 1)
                }
            }
        }
    }

    @Test(
        "leaves the connection usable and outside a transaction when a read fails",
        arguments: Backend.allCases,
        [false, true]
    )
    func failure(backend: Backend, snapshot: Bool) async throws {
        try await backend.withEngine(Self.script) { engine, _ in
            try await engine.withConnection(.readWrite) { connection in
                await #expect(throws: EngineError.self) {
                    try await connection.parallel(snapshot: snapshot) {
                        Read("SELECT count(*) FROM t")
                        Read("SELECT * FROM missing")
                    }
                }
                try await connection.run("INSERT INTO t VALUES (4, 'four')")
                let rows = try await engine.withConnection(.readOnly) { try await $0.number("SELECT count(*) FROM t") }
                #expect(rows == 4)
            }
        }
    }

    @Test("sees one instant with a snapshot, on one connection and on several", arguments: Backend.allCases, [1, 3])
    func snapshots(backend: Backend, connections: Int) async throws {
        try await backend.withEngine(Self.script) { engine, _ in
            let hasEnded = Mutex(false)
            async let writer: Int = engine.withConnection(.readWrite) { connection in
                var writes = 0
                while !hasEnded.withLock({ $0 }) {
                    try await connection.run("UPDATE t SET n = n + 3")
                    writes += 1
                }
                return writes
            }
            var sums: Set<Int> = []
            for _ in 0..<40 {
                let reads = (0..<9).map { _ in Read("SELECT sum(n) FROM t") { try $0[0].decode(Int.self, at: 0) } }
                let seen = try await engine.parallel(reads, connections: connections, snapshot: true)
                #expect(seen.count == 9)
                #expect(Set(seen).count == 1)
                sums.formUnion(seen)
            }
            hasEnded.withLock { $0 = true }
            let writes = try await writer
            #expect(writes > 0)
            #expect(sums.count > 1, "nothing was written between the reads, so they prove nothing")
        }
    }

    @Test("a snapshot is refused within a transaction, which stays as it is")
    func snapshotWithinTransaction() async throws {
        try await Backend.postgres.withEngine(Self.script) { engine, _ in
            try await engine.withConnection(.readWrite) { connection in
                try await connection.transaction { connection in
                    try await connection.run("INSERT INTO t VALUES (8, 'eight')")
                    await #expect(throws: EngineError.self) {
                        try await connection.parallel(snapshot: true) { Read("SELECT count(*) FROM t") }
                    }
                    try await connection.run("INSERT INTO t VALUES (9, 'nine')")
                }
            }
            let rows = try await engine.withConnection(.readOnly) {
                try await $0.number("SELECT count(*) FROM t WHERE n > 7")
            }
            #expect(rows == 2)
        }
    }

    @Test("holds no more connections than its share, and keeps the order of results", arguments: Backend.allCases)
    func share(backend: Backend) async throws {
        try await backend.withEngine(Self.script) { engine, _ in
            let counting = CountingEngine(engine)
            for share in [1, 2, 5, 50] {
                let reads = (0..<20)
                    .map { number in
                        Read("SELECT n + \(number) FROM t WHERE n = 1") { try $0[0].decode(Int.self, at: 0) }
                    }
                let numbers = try await counting.parallel(reads, connections: share)
                #expect(numbers == Array(1...20))
                #expect(counting.openMax <= share)
                #expect(counting.open == 0)
            }
            let none = try await counting.parallel([Read<Rows>](), connections: 3)
            #expect(none.isEmpty)
        }
    }

    @Test("cancels the siblings of a read that fails", arguments: [false, true])
    func siblings(snapshot: Bool) async throws {
        try await Backend.postgres.withEngine(Self.script) { engine, _ in
            let clock = ContinuousClock()
            let duration = await clock.measure {
                await #expect(throws: EngineError.self) {
                    try await engine.parallel(connections: 2, snapshot: snapshot) {
                        Read("SELECT pg_sleep(30)")
                        Read("SELECT * FROM missing")
                    }
                }
            }
            #expect(duration < .seconds(10))
            let sleeping: BoundStatement = """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep(30)%'
                AND pid <> pg_backend_pid()
                """
            let left = try await engine.withConnection(.readOnly) { try await $0.number(sleeping) }
            #expect(left == 0)
        }
    }
}
