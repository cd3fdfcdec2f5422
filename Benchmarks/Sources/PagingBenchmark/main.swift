import Glibc
import Martlet
import MartletCore
import MartletPostgres
import MartletSQLite

/// Measures pages, and what tracing adds to a statement; or one export, which is printed as JSON.

let size = 50
let rowsBefore = 20_000 * size

func median(_ rounds: Int, _ body: () async throws -> Void) async rethrows -> Duration {
    var times: [Duration] = []
    for _ in 0..<rounds { times.append(try await ContinuousClock().measure { try await body() }) }
    return times.sorted()[rounds / 2]
}

func microseconds(_ duration: Duration) -> Int {
    Int(duration / .microseconds(1))
}

func fill(_ connection: any Connection) async throws {
    let rows = rowsBefore + 1_000
    let numbers =
        connection.dialect == .postgres
        ? "generate_series(1, \(rows)) AS n(i)"
        : "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows)) SELECT i FROM n)"
    try await connection.runScript(
        """
        CREATE TABLE items (id bigint PRIMARY KEY, kind integer NOT NULL, made integer NOT NULL, title text);
        INSERT INTO items SELECT i, i % 2, i / 7, 'a title of some length' FROM \(numbers);
        CREATE INDEX by_made ON items (made DESC, id DESC);
        CREATE INDEX by_kind ON items (kind, made DESC, id);
        """
    )
    try await connection.run("ANALYZE items")
}

func measurePages(_ name: String, _ order: [PageKey], _ connection: any Connection) async throws {
    let signer = try CursorSigner(key: [UInt8](repeating: 1, count: 32))
    let pages = PagedStatement("SELECT id, kind, made, title FROM items", orderedBy: order, signer: signer)
    let terms = order.map { $0.column.quoted + ($0.direction == .ascending ? "" : " DESC") }.joined(separator: ", ")
    let far = try await connection.run(
        "SELECT * FROM items ORDER BY \(unsafeSQL: terms) LIMIT 1 OFFSET \(rowsBefore - 1)"
    )
    let cursor = try pages.cursor(behind: far[0])
    let first = try await median(201) { _ = try await pages.page(size: size, on: connection) }
    // What a cursor costs, without any depth.
    let next = try await pages.page(size: size, on: connection).next
    let second = try await median(201) { _ = try await pages.page(at: next, size: size, on: connection) }
    let deep = try await median(201) { _ = try await pages.page(at: cursor, size: size, on: connection) }
    let offset = try await median(5) {
        try await connection.run(
            "SELECT * FROM items ORDER BY \(unsafeSQL: terms) LIMIT \(size) OFFSET \(rowsBefore)"
        )
    }
    let times = [first, second, deep, offset].map { "\(microseconds($0)) µs" }
    print("  \(name): page 1 \(times[0]), page 2 \(times[1]), page 20,001 \(times[2]), by OFFSET \(times[3])")
}

/// Nanoseconds of processor time that each engine adds to a look-up by primary key, in pairs with look-ups without it.
///
/// Many look-ups are under way at a time: of a single one most is putting threads to sleep and waking them, which takes
/// ten times as long on an idle machine as on a busy one.
func measureTracing(_ base: any Engine) async throws {
    let recorder = TraceRecorder(limits: TraceRecorder.Limits(tracesMax: 10))
    let engines: [(String, any Engine)] = [
        ("recorder", RecordingEngine(base, recorder: recorder)),
        ("spans and metrics, no backend", TelemetryEngine(base)),
    ]
    let statements = 1_000
    let plain = try await base.connect(.readOnly)
    for (name, engine) in engines {
        let traced = try await engine.connect(.readOnly)
        var added: [Duration] = []
        for _ in 0..<101 {
            let without = try await lookUps(statements, on: plain)
            let with = try await recorder.withTrace("look-ups") { try await lookUps(statements, on: traced) }
            added.append(with - without)
        }
        let median = added.sorted()[added.count / 2]
        print("  \(name): \(Int(median / .nanoseconds(1)) / statements) ns for each statement")
        await traced.close()
    }
    await plain.close()
}

/// Processor time of all threads for look-ups by twenty tasks.
func lookUps(_ count: Int, on connection: any Connection) async throws -> Duration {
    let statement = Statement("SELECT id, kind, made, title FROM items WHERE id = $1")
    let tasks = 20
    let begin = processorTime()
    try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<tasks {
            group.addTask {
                for id in 1...count / tasks {
                    _ = try await connection.run(statement.binding(Int64(task * count / tasks + id)), timeout: nil)
                }
            }
        }
        try await group.waitForAll()
    }
    return processorTime() - begin
}

func processorTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

let usage = "usage: PagingBenchmark <file or connection string> [csv|json-lines|copy-csv|copy-binary <rows>]"
precondition([2, 4].contains(CommandLine.arguments.count), usage)
let engine: any Engine =
    switch DatabaseLocation(CommandLine.arguments[1]) {
    case .postgres(let text): try PostgresEngine(text)
    case .sqlite(let path): SQLiteEngine(path: path, createIfMissing: true, journal: .writeAheadLog)
    }
let connection = try await engine.connect(.readWrite)
if CommandLine.arguments.count == 4 {
    guard let format = ExportMeasurement.formats[CommandLine.arguments[2]], let rows = Int(CommandLine.arguments[3])
    else { preconditionFailure(usage) }
    print(try await ExportMeasurement(format: format, rows: rows).run(on: connection))
    await connection.close()
    exit(0)
}
print(engine.dialect)
try await fill(connection)
try await measurePages("one direction", [.descending("made"), .descending("id")], connection)
try await measurePages("mixed directions", [.ascending("kind"), .descending("made"), .ascending("id")], connection)
await connection.close()
try await measureTracing(engine)
