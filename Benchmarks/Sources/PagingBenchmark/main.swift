import Martlet
import MartletCore
import MartletPostgres
import MartletSQLite

/// Measures pages, and what tracing adds to a statement: `PagingBenchmark <file or connection string>`.

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
    let deep = try await median(201) { _ = try await pages.page(at: cursor, size: size, on: connection) }
    let offset = try await median(5) {
        try await connection.run(
            "SELECT * FROM items ORDER BY \(unsafeSQL: terms) LIMIT \(size) OFFSET \(rowsBefore)"
        )
    }
    let (one, late) = (microseconds(first), microseconds(deep))
    print("  \(name): page 1 \(one) µs, page 20,001 \(late) µs, by OFFSET \(microseconds(offset)) µs")
}

/// Nanoseconds that each engine adds to a look-up by primary key, interleaved with look-ups without it.
func measureTracing(_ base: any Engine) async throws {
    let recorder = TraceRecorder(limits: TraceRecorder.Limits(tracesMax: 10))
    let engines: [(String, any Engine)] = [
        ("recorder", RecordingEngine(base, recorder: recorder)),
        ("spans and metrics, no backend", TelemetryEngine(base)),
    ]
    let statements = 200
    let plain = try await base.connect(.readOnly)
    for (name, engine) in engines {
        let traced = try await engine.connect(.readOnly)
        // The fastest round of each: what else the machine does only ever adds.
        var (without, with) = (Duration.seconds(1), Duration.seconds(1))
        for _ in 0..<200 {
            without = min(without, try await lookUps(statements, on: plain))
            with = min(with, try await recorder.withTrace("look-ups") { try await lookUps(statements, on: traced) })
        }
        print("  \(name): \(Int((with - without) / .nanoseconds(1)) / statements) ns for each statement")
        await traced.close()
    }
    await plain.close()
}

func lookUps(_ count: Int, on connection: any Connection) async throws -> Duration {
    let statement = Statement("SELECT id, kind, made, title FROM items WHERE id = $1")
    return try await ContinuousClock()
        .measure {
            for id in 1...count { _ = try await connection.run(statement.binding(Int64(id)), timeout: nil) }
        }
}

precondition(CommandLine.arguments.count == 2, "usage: PagingBenchmark <file or connection string>")
let engine: any Engine =
    switch DatabaseLocation(CommandLine.arguments[1]) {
    case .postgres(let text): try PostgresEngine(text)
    case .sqlite(let path): SQLiteEngine(path: path, createIfMissing: true, journal: .writeAheadLog)
    }
let connection = try await engine.connect(.readWrite)
print(engine.dialect)
try await fill(connection)
try await measurePages("one direction", [.descending("made"), .descending("id")], connection)
try await measurePages("mixed directions", [.ascending("kind"), .descending("made"), .ascending("id")], connection)
await connection.close()
try await measureTracing(engine)
