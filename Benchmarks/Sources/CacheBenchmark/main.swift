import Foundation
import Martlet
import MartletCore
import MartletPostgres
import MartletSQLite
import Synchronization

/// What a cache costs: `CacheBenchmark [PostgreSQL connection string]`.
///
/// Rounds of what is compared take turns, and the median counts, so that a slow second of the machine meets both.

print("Hits, ns for each request of each thread (10,000 keys, some asked for more often; median of 9 rounds)")
for threads in [1, 2] { try await HitComparison(threads: threads).report() }

let file = FileManager.default.temporaryDirectory.appending(path: "martlet-cache-\(UUID().uuidString).sqlite")
defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file.path + suffix) } }
var databases: [(String, any Engine)] = [
    ("SQLite", SQLiteEngine(path: file.path, createIfMissing: true, journal: .writeAheadLog))
]
if CommandLine.arguments.count > 1 {
    databases.append(("PostgreSQL", try PostgresEngine(CommandLine.arguments[1])))
} else {
    print("no PostgreSQL: give a connection string to measure it too")
}
for (name, engine) in databases {
    print(name)
    try await CoherenceCost(engine: engine).report()
}
