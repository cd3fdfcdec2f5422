import Foundation
import MartletCore
import MartletPostgres
import MartletTesting
import Testing

/// Each in a process of its own: memory, descriptors and threads are counted for a whole process.
@Suite("Resources of PostgreSQL connections", .timeLimit(.minutes(5)))
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
            // All that is opened once for a process, by the first timer or the first thread, is opened here.
            _ = try await ConnectionResourceTests.growth(10, failures: 2, server)
            // A leak shows in each round; what the system opened late, in one of them.
            let first = try await ConnectionResourceTests.growth(100, failures: 10, server)
            let second = try await ConnectionResourceTests.growth(100, failures: 10, server)
            #expect(min(first.descriptors, second.descriptors) <= 0, "\(first), \(second)")
            #expect(min(first.threads, second.threads) <= 0, "\(first), \(second)")
            await server.stop()
        }
    }

    /// What connecting and failing so often leaves behind.
    private static func growth(
        _ connections: Int,
        failures: Int,
        _ server: PrivatePostgres
    ) async throws -> (descriptors: Int, threads: Int) {
        let (descriptors, threads) = (ProcessResources.descriptors, ProcessResources.threads)
        try await connect(connections, server)
        for _ in 0..<failures { try await fail(server) }
        // Threads and sessions that were let go end by themselves.
        for _ in 0..<3_000 {
            try await Task.sleep(for: .milliseconds(10))
            if ProcessResources.descriptors <= descriptors, ProcessResources.threads <= threads { break }
        }
        return (ProcessResources.descriptors - descriptors, ProcessResources.threads - threads)
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
