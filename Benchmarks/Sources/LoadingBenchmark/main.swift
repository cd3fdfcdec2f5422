import Foundation
import Martlet
import MartletCore
import MartletPostgres
import MartletSQLite

/// Prints what a load costs, what it adds to a batch, and a batch of 1,000 keys beside 1,000 single statements:
/// `LoadingBenchmark [rounds]`, with the PostgreSQL server of the `PG*` variables, which holds pgbench's tables.

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 41
let keys = Array(1...1_000)
let clock = ContinuousClock()

/// The median of some rounds, the first of which is left out.
@Sendable func median(_ body: @Sendable () async throws -> Duration) async throws -> Duration {
    var durations: [Duration] = []
    for _ in 0...rounds { durations.append(try await body()) }
    return durations.dropFirst().sorted()[rounds / 2]
}

/// Time of a body within a scope that has begun.
@Sendable func scoped(
    on executor: (any TaskExecutor)? = nil,
    _ body: @Sendable (LoaderScope) async throws -> Duration
) async throws -> Duration {
    try await withLoaderScope(on: executor) { scope in try await body(scope) }
}

@Sendable func doubles(in scope: LoaderScope) -> Loader<Int, Int> {
    Loader<Int, Int>(in: scope) { keys in Dictionary(uniqueKeysWithValues: keys.map { ($0, $0 * 2) }) }
}

@Sendable func runTasks(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
    try await withThrowingTaskGroup { group in
        for key in keys { group.addTask { try await body(key) } }
        try await group.waitForAll()
    }
}

func microseconds(_ duration: Duration, _ digits: Int = 2) -> String {
    String(format: "%10.\(digits)f µs", duration / .microseconds(1))
}

func report(_ name: String, _ text: String) {
    print("  " + name.padding(toLength: 52, withPad: " ", startingAt: 0) + text)
}

// MARK: The loader alone

let tasksAlone = try await median {
    try await scoped { _ in try await clock.measure { try await runTasks { _ in await Task.yield() } } }
}
let tasksLoading = try await median {
    try await scoped { scope in
        let loader = doubles(in: scope)
        return try await clock.measure { try await runTasks { _ = try await loader.load($0) } }
    }
}
let dictionary = try await median {
    try await scoped { _ in
        clock.measure {
            let answer = Dictionary(uniqueKeysWithValues: keys.map { ($0, $0 * 2) })
            precondition(answer.count == keys.count)
        }
    }
}
let known = try await median {
    try await scoped { scope in
        let loader = doubles(in: scope)
        _ = try await loader.load(keys)
        return try await clock.measure { for key in keys { _ = try await loader.load(key) } }
    }
}
let list = try await median {
    try await scoped { scope in
        let loader = doubles(in: scope)
        return try await clock.measure { _ = try await loader.load(keys) }
    }
}
let alone = try await median {
    try await scoped { scope in
        let loader = doubles(in: scope)
        return try await clock.measure { _ = try await loader.load(7) }
    }
}
let scopeAlone = try await median { try await clock.measure { try await withLoaderScope { _ in } } }

print("loader alone, medians of \(rounds) rounds of 1,000 keys")
report("a load in a task of its own, beside that task", microseconds((tasksLoading - tasksAlone - dictionary) / 1_000))
report("a task that only yields", microseconds(tasksAlone / 1_000))
report("a load of what is known", microseconds(known / 1_000))
report("a key of a list", microseconds((list - dictionary) / 1_000))
report("latency added to a batch of one (bar 50 µs)", microseconds(alone))
report("beginning and ending a scope", microseconds(scopeAlone))

// MARK: Databases

@Sendable func compare(
    _ name: String,
    _ connection: any Connection,
    table: QualifiedName,
    on executor: (any TaskExecutor)?
) async throws {
    let single = Statement(
        unsafeText: "SELECT \"abalance\", \"aid\" FROM \(table.quoted) WHERE \"aid\" = $1"
    )
    let statements = keys.map { single.binding(values: [.integer(Int64($0 * 97))]) }
    let oneByOne = try await median {
        try await scoped(on: executor) { _ in
            try await clock.measure {
                for statement in statements { _ = try await connection.run(statement)[0].decode(Int.self, at: 0) }
            }
        }
    }
    let pipelined = try await median {
        try await scoped(on: executor) { _ in
            try await clock.measure {
                for rows in try await connection.runPipelined(statements) { _ = try rows[0].decode(Int.self, at: 0) }
            }
        }
    }
    let loaded = try await median {
        try await scoped(on: executor) { scope in
            let loader = Loader<Int, Int>(in: scope, on: connection, table: table, key: "aid", columns: ["abalance"]) {
                try $0.decode(Int.self, at: 0)
            }
            return try await clock.measure { try await runTasks { _ = try await loader.load($0 * 97) } }
        }
    }
    let rows = try await median {
        try await scoped(on: executor) { _ in
            try await clock.measure {
                let found = try await connection.rows(
                    of: table,
                    key: "aid",
                    in: keys.map { $0 * 97 },
                    columns: ["abalance"]
                )
                for row in found { _ = try row?.decode(Int.self, at: 0) }
            }
        }
    }
    print("\(name), 1,000 rows by primary key")
    report("1,000 statements, one after the other", microseconds(oneByOne, 0))
    report("1,000 statements in one pipeline", microseconds(pipelined, 0))
    report("1,000 tasks that load, one statement", microseconds(loaded, 0))
    report("rows(of:key:in:), one statement", microseconds(rows, 0))
    report("one after the other / loaded", String(format: "%10.1f times", oneByOne / loaded))
}

let postgres = try PostgresEngine("")
try await postgres.withConnection(.readOnly) { connection in
    let table = QualifiedName(schema: "public", name: "pgbench_accounts")
    try await compare("PostgreSQL, default executor", connection, table: table, on: nil)
    try await compare("PostgreSQL, scope on the event loop", connection, table: table, on: postgres.taskExecutor)
}

let path = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-loading-\(UUID()).sqlite").path
let sqlite = SQLiteEngine(path: path, createIfMissing: true, journal: .writeAheadLog)
try await sqlite.withConnection(.readWrite) { connection in
    try await connection.runScript(
        """
        CREATE TABLE accounts (aid INTEGER PRIMARY KEY, abalance INTEGER, filler TEXT);
        WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 100000)
        INSERT INTO accounts SELECT n, n, hex(zeroblob(40)) FROM s;
        """
    )
    try await compare("SQLite", connection, table: QualifiedName(schema: "main", name: "accounts"), on: nil)
}
for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
