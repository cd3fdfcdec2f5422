import Martlet
import MartletCore
import Testing

@Suite("Writes in chunks")
struct ChunkTests {
    private struct PowerCut: Error {}

    private static func script(_ backend: Backend) -> String {
        let numbers =
            backend == .postgres
            ? "SELECT n, 0 FROM generate_series(1, 10000) n"
            : "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 10000) SELECT n, 0 FROM s"
        return "CREATE TABLE t (id INTEGER PRIMARY KEY, done INTEGER); INSERT INTO t \(numbers);"
    }

    @Test("commits each chunk, says how far it came, and goes on from there", arguments: Backend.allCases)
    func resume(backend: Backend) async throws {
        try await backend.withEngine(Self.script(backend)) { engine, _ in
            let table = backend.table("t")
            let ids = (1...10_000).shuffled() + [1, 2, 3]
            let token = try await engine.withConnection(.readWrite) { connection in
                var reported: [Int] = []
                let interruption = await #expect(throws: ChunksInterrupted<Int>.self) {
                    try await connection.inChunks(of: ids, chunkKeysMax: 700) { connection, ids in
                        let rows = try await connection.update(table, key: "id", in: ids, set: ["done": 1])
                        if ids.contains(5_000) { throw PowerCut() }
                        return rows
                    } progress: { progress in
                        reported.append(progress.keysDone)
                    }
                }
                let progress = try #require(interruption?.progress)
                #expect(reported == [700, 1_400, 2_100, 2_800, 3_500, 4_200, 4_900])
                #expect(progress.keysDone == 4_900)
                #expect(progress.affectedRows == 4_900)
                #expect(progress.resumeToken == 4_900)
                #expect(interruption?.cause is PowerCut)
                #expect(interruption.map { "\($0)".contains("4900 of 10000 keys") } == true)
                return progress.resumeToken
            }
            try await engine.withConnection(.readWrite) { connection in
                let half = try await connection.number("SELECT count(*) FROM t WHERE done = 1 AND id <= 4900")
                #expect(half == 4_900)
                let more = try await connection.number("SELECT count(*) FROM t WHERE done = 1")
                #expect(more == 4_900)
                let end = try await connection.inChunks(of: ids, chunkKeysMax: 700, resumingAfter: token) {
                    connection,
                    ids in
                    #expect(ids.allSatisfy { $0 > 4_900 })
                    return try await connection.update(table, key: "id", in: ids, set: ["done": 1])
                }
                #expect(end.keysDone == 10_000)
                #expect(end.affectedRows == 5_100)
                let all = try await connection.number("SELECT sum(done) FROM t")
                #expect(all == 10_000)
                let nothing = try await connection.inChunks(of: ids, resumingAfter: end.resumeToken) { _, _ in 1 }
                #expect(nothing.affectedRows == 0)
                #expect(nothing.keysDone == 10_000)
            }
        }
    }

    @Test("takes a chunk of any size", arguments: [1, 2, 3, 1_000, .max])
    func chunkSizes(chunkKeysMax: Int) async throws {
        try await Backend.sqlite.withEngine { engine, _ in
            try await engine.withConnection(.readWrite) { connection in
                let progress = try await connection.inChunks(
                    of: [1, 2, 3, 4],
                    chunkKeysMax: chunkKeysMax,
                    resumingAfter: 1
                ) { _, keys in keys.count }
                #expect(progress.affectedRows == 3 && progress.keysDone == 4)
            }
        }
    }

    @Test("ends between two chunks when the task is cancelled", arguments: Backend.allCases)
    func cancellation(backend: Backend) async throws {
        try await backend.withEngine(Self.script(backend)) { engine, _ in
            let task = Task {
                try await engine.withConnection(.readWrite) { connection in
                    try await connection.inChunks(of: 1...10_000, chunkKeysMax: 100) { connection, ids in
                        let rows = try await connection.delete(from: backend.table("t"), key: "id", in: ids)
                        if ids[0] == 201 { withUnsafeCurrentTask { $0?.cancel() } }
                        return rows
                    }
                }
            }
            let error = await #expect(throws: ChunksInterrupted<Int>.self) { try await task.value }
            let left = try await engine.withConnection(.readOnly) { try await $0.number("SELECT count(*) FROM t") }
            #expect(left == 10_000 - (error?.progress.keysDone ?? 0))
            #expect(left >= 9_700)
        }
    }
}
