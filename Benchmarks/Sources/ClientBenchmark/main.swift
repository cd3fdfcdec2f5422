import Glibc
import MartletCore
import MartletPostgres

/// Runs one scenario for some seconds and prints what it did as JSON:
/// `ClientBenchmark sequential|pipelined|shared|connections|rows <connection string> <seconds>`.

/// SplitMix64 (Steele, Lea, Flood 2014): the system's generator costs a system call for each number.
struct SplitMix: RandomNumberGenerator {
    private var state = UInt64.random(in: 0...UInt64.max)

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

struct Figures {
    var operations = 0
    var checksum = 0
}

func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

let lookUp = Statement("SELECT abalance FROM pgbench_accounts WHERE aid = $1")
let page = Statement("SELECT aid, bid, abalance, filler FROM pgbench_accounts WHERE aid <= $1")
let accounts = 100_000

/// One look-up by primary key after the other.
@Sendable func sequential(_ connection: any Connection, until end: ContinuousClock.Instant) async throws -> Figures {
    var figures = Figures()
    var random = SplitMix()
    while .now < end {
        for _ in 0..<64 {
            let id = Int.random(in: 1...accounts, using: &random)
            let rows = try await connection.run(lookUp.binding(values: [.integer(Int64(id))]), timeout: nil)
            figures.checksum &+= try rows[0].decode(Int.self, at: 0)
        }
        figures.operations += 64
    }
    return figures
}

/// Look-ups by primary key, a hundred in each round trip.
@Sendable func pipelined(_ connection: any Connection, until end: ContinuousClock.Instant) async throws -> Figures {
    var figures = Figures()
    var random = SplitMix()
    while .now < end {
        let statements = (0..<100)
            .map { _ in
                lookUp.binding(values: [.integer(Int64(Int.random(in: 1...accounts, using: &random)))])
            }
        for rows in try await connection.runPipelined(statements, timeout: nil) {
            figures.checksum &+= try rows[0].decode(Int.self, at: 0)
        }
        figures.operations += statements.count
    }
    return figures
}

/// Ten thousand rows of four columns, every cell decoded.
@Sendable func rows(_ connection: any Connection, until end: ContinuousClock.Instant) async throws -> Figures {
    var figures = Figures()
    while .now < end {
        let rows = try await connection.run(page.binding(values: [10_000]), timeout: nil)
        for row in rows {
            figures.checksum &+= try row.decode(Int.self, at: 0)
            figures.checksum &+= try row.decode(Int.self, at: 1)
            figures.checksum &+= try row.decode(Int.self, at: 2)
            figures.checksum &+= try row.decode(String.self, at: 3).utf8.count
        }
        figures.operations += rows.count
    }
    return figures
}

guard CommandLine.arguments.count == 4, let seconds = Double(CommandLine.arguments[3]) else {
    print("usage: ClientBenchmark sequential|pipelined|shared|connections|rows <connection string> <seconds>")
    exit(2)
}
let scenario = CommandLine.arguments[1]
let isWide = scenario == "connections"
// Two callers of one connection, whose pipelines follow one another without a pause.
let callersEach = scenario == "shared" ? 2 : 1
let engine = try PostgresEngine(CommandLine.arguments[2], loops: isWide ? 2 : 1)
let body = ["pipelined", "shared"].contains(scenario) ? pipelined : scenario == "rows" ? rows : sequential
let executors = engine.taskExecutors

var connections: [any Connection] = []
for _ in 0..<(isWide ? 16 : 1) { connections.append(try await engine.connect(.readWrite)) }
let begin = ContinuousClock.now
let processorBegin = processorSeconds()
let figures = try await withThrowingTaskGroup(of: Figures.self) { group in
    for (number, connection) in connections.enumerated() {
        for _ in 0..<callersEach {
            group.addTask(executorPreference: executors[number % executors.count]) {
                try await body(connection, begin + .seconds(seconds))
            }
        }
    }
    var sum = Figures()
    for try await part in group {
        sum.operations += part.operations
        sum.checksum &+= part.checksum
    }
    return sum
}
let elapsed = (ContinuousClock.now - begin) / .seconds(1)
let processor = processorSeconds() - processorBegin
for connection in connections { await connection.close() }
print(#"{"operations": \#(figures.operations), "seconds": \#(elapsed), "processor_seconds": \#(processor)}"#)
