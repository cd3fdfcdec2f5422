import Foundation
import MartletCore
import MartletPostgres
import MartletTesting
import Testing

/// Each in a process of its own: memory, descriptors and threads are counted for a whole process.
@Suite("Resources of PostgreSQL connections", .timeLimit(.minutes(1)))
struct ConnectionResourceTests {
    @Test("do not grow with the rows of a stream")
    func flatMemory() async throws {
        await #expect(processExitsWith: .success) {
            let server = try await PrivatePostgres.start()
            let connection = try await PostgresEngine(server.connectionString()).connect(.readWrite)
            let rows = 2_000_000
            let statement: BoundStatement = "SELECT i, repeat('x', 100) FROM generate_series(1, \(rows)) i"
            var seen = 0
            var begin = 0
            try await connection.stream(statement, batchRows: 1_000) { batch in
                seen += batch.count
                // What the first batches take is there to stay.
                if seen == 20_000 { begin = ProcessResources.memoryBytes }
            }
            let growth = ProcessResources.memoryBytes - begin
            #expect(seen == rows)
            // As a whole the rows take more than 300 MB.
            #expect(begin > 0 && growth < 64_000_000, "memory grew by \(growth) bytes")
            await connection.close()
            await server.stop()
        }
    }

    @Test("are given back by connections that are closed, released or refused, and by engines")
    func noLeaks() async throws {
        await #expect(processExitsWith: .success) {
            let server = try await PrivatePostgres.start()
            try await ConnectionResourceTests.connect(10, server)
            let descriptors = ProcessResources.descriptors
            let threads = ProcessResources.threads
            try await ConnectionResourceTests.connect(200, server)
            for _ in 0..<20 { try await ConnectionResourceTests.fail(server) }
            // Threads and sessions that were let go end by themselves.
            for _ in 0..<1_000 where ProcessResources.descriptors > descriptors || ProcessResources.threads > threads {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(ProcessResources.descriptors <= descriptors)
            #expect(ProcessResources.threads <= threads)
            await server.stop()
        }
    }

    /// Connects so many times, through engines that live for ten connections.
    private static func connect(_ times: Int, _ server: PrivatePostgres) async throws {
        for number in 0..<times / 10 {
            let engine = try PostgresEngine(server.connectionString(), loops: 2)
            for _ in 0..<10 {
                let connection = try await engine.connect(number.isMultiple(of: 2) ? .readOnly : .readWrite)
                #expect(try await connection.number("SELECT \(number)::bigint") == number)
                // Every other engine leaves it to the release.
                if number.isMultiple(of: 2) { await connection.close() }
            }
        }
    }

    private static func fail(_ server: PrivatePostgres) async throws {
        let missing = try PostgresEngine(server.connectionString(database: "missing"))
        try await expectFailure(.undefinedObject) { _ = try await missing.connect(.readWrite) }
        let engine = try PostgresEngine(server.connectionString())
        let abandoned = Task { try await engine.connect(.readWrite) }
        abandoned.cancel()
        _ = await abandoned.result
        let connection = try await engine.connect(.readWrite)
        let running = Task { try await connection.run("SELECT pg_sleep(1000)") }
        try await Task.sleep(for: .milliseconds(5))
        running.cancel()
        _ = await running.result
        try? await connection.stream("SELECT generate_series(1, 1000)", batchRows: 1) { _ in throw CancellationError() }
    }
}
