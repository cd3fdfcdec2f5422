import Foundation
import Martlet
import MartletCore
import MartletPostgres
import MartletRedis
import MartletSQLite
import Synchronization

/// One process of those that share a database: it changes keys of its own and reads all keys through its cache.
///
/// `CacheMember <database> <redis socket or -> <number of the process> <processes> <seconds>`. It prints, with times of
/// the machine's clock in nanoseconds, what a test needs to judge all processes together:
/// `write <key> <version> <when it was acknowledged>`, `read <key> <version> <when the last read that gave it began>`,
/// and `end <reads> <hits> <shared hits> <reads that missed an own change>`.
@main
struct CacheMember {
    static let keys = 8

    let number: Int
    let processes: Int
    let engine: any Engine
    let cache: Cache<Int, Int>
    let feed: CacheFeed
    let end: ContinuousClock.Instant

    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 6, let number = Int(words[3]), let processes = Int(words[4]), let seconds = Int(words[5])
        else { return print("usage: CacheMember <database> <redis socket or -> <number> <processes> <seconds>") }
        let engine: any Engine =
            words[1].hasPrefix("/")
            ? SQLiteEngine(path: words[1], journal: .writeAheadLog) : try PostgresEngine(words[1])
        let cache = Cache<Int, Int>(entriesMax: 100)
        let feed = CacheFeed(engine: engine)
        if words[2] == "-" {
            feed.attach(cache, scope: "things")
        } else {
            let store = RedisStore(RedisOptions(.socket(words[2])))
            feed.attach(cache, scope: "things", sharing: SharedCacheTier(store, coding: .json))
        }
        let running = Task { await feed.run() }
        while !cache.isServing { try await Task.sleep(for: .milliseconds(1)) }
        let member = CacheMember(
            number: number,
            processes: processes,
            engine: engine,
            cache: cache,
            feed: feed,
            end: .now + .seconds(seconds)
        )
        async let written = member.write()
        async let read = member.read()
        let (lines, missed) = try await written
        let (seen, reads) = try await read
        running.cancel()
        await running.value
        print((lines + seen).joined(separator: "\n"))
        print("end", reads, cache.metrics.hits, cache.metrics.sharedHits, missed)
    }

    /// Changes own keys, and reads each at once; returns the lines and how many reads gave something older.
    private func write() async throws -> (lines: [String], missed: Int) {
        var (lines, missed, version) = ([String](), 0, 0)
        try await engine.withConnection(.readWrite) { connection in
            while ContinuousClock.now < end {
                version += 1
                let (key, new) = (version * processes % Self.keys / processes * processes + number, version)
                try await feed.write(on: connection) { connection, changes in
                    changes.insert(.key(key, in: "things"))
                    _ = try await connection.run("UPDATE things SET version = \(new) WHERE id = \(key)")
                }
                let acknowledged = Self.now
                if try await value(of: key, on: connection) != new { missed += 1 }
                lines.append("write \(key) \(new) \(acknowledged)")
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...10)))
            }
        }
        return (lines, missed)
    }

    /// Reads all keys in turns; returns the lines and how often it read.
    private func read() async throws -> (lines: [String], reads: Int) {
        var last: [[Int: Int]] = Array(repeating: [:], count: Self.keys)
        var reads = 0
        try await engine.withConnection(.readOnly) { connection in
            while ContinuousClock.now < end {
                for key in 0..<Self.keys {
                    let began = Self.now
                    if let version = try await value(of: key, on: connection) { last[key][version] = began }
                    reads += 1
                }
                // Two processes and a test share the machine: reads are many anyway.
                if reads % 400 == 0 { try await Task.sleep(for: .microseconds(100)) }
            }
        }
        return (last.indices.flatMap { key in last[key].map { "read \(key) \($0) \($1)" } }, reads)
    }

    private func value(of key: Int, on connection: any Connection) async throws -> Int? {
        try await cache.value(for: key) {
            try await connection.run("SELECT version FROM things WHERE id = \(key)").first?.decode(at: 0)
        }
    }

    /// The clock that all processes of the machine share.
    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
