import Martlet
import MartletCore
import MartletTesting
import Synchronization
import Testing

@Suite("Recording and delay")
struct TracingTests {
    @Test("calls in turn take a round trip each, a pipeline one, and bound values are not kept")
    func roundTrips() async throws {
        try await withRecorder { recorder, connection in
            try await recorder.withTrace("unit") {
                try await connection.run("INSERT INTO t VALUES (\(7), \("secret text"))")
                try await connection.runPipelined(["SELECT 1", "SELECT 2", "SELECT name FROM t WHERE id = \(7)"])
                try await connection.runScript("CREATE TABLE u (id INTEGER); DROP TABLE u")
                _ = try await connection.load([[1, "a"], [2, "b"]], into: table, columns: ["id", "name"])
                try await connection.stream("SELECT * FROM t", batchRows: 2) { _ in }
            }
            let trace = try #require(recorder.traces.first)
            #expect(trace.name == "unit")
            #expect(trace.executions.map(\.roundTrip) == [0, 1, 1, 1, 2, 3, 4])
            #expect(trace.executions.map(\.rows) == [0, 1, 1, 1, 0, 0, 3])
            #expect(trace.roundTrips == 5)
            #expect(trace.executions[6].bytes > 0)
            #expect(!String(reflecting: trace).contains("secret"))
        }
    }

    @Test("a value that was read and then bound has the same digest; another recorder gives it another")
    func digests() async throws {
        let digests = Mutex<[UInt64]>([])
        for _ in 0..<2 {
            try await withRecorder { recorder, connection in
                try await connection.run("INSERT INTO t VALUES (\(41), \("x")), (\(42), NULL)")
                try await recorder.withTrace("unit") {
                    let ids = try await connection.run("SELECT id, name FROM t ORDER BY id").map { $0[0] }
                    for id in ids { try await connection.run("SELECT name FROM t WHERE id = \(id)") }
                }
                let executions = try #require(recorder.traces.first).executions
                #expect(executions[0].resultDigests.count == 3, "NULL has none")
                for execution in executions.dropFirst() {
                    #expect(executions[0].resultDigests.contains(try #require(execution.parameterDigests.first)))
                }
                #expect(executions[1].parameterDigests != executions[2].parameterDigests)
                digests.withLock { $0.append(executions[1].parameterDigests[0]) }
            }
        }
        #expect(digests.withLock { Set($0).count } == 2)
    }

    @Test("keeps no more digests of a result than it says")
    func boundedDigests() async throws {
        try await withRecorder { recorder, connection in
            try await recorder.withTrace("unit") {
                try await connection.run(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n"
                )
            }
            let execution = try #require(recorder.traces.first?.executions.first)
            #expect(execution.rows == 1_000)
            #expect(execution.resultDigests.count == Execution.resultDigestsMax)
        }
    }

    @Test("a failure is recorded as one, and the trace of a body that throws is kept")
    func failures() async throws {
        try await withRecorder { recorder, connection in
            await #expect(throws: EngineError.self) {
                try await recorder.withTrace("unit") {
                    _ = try await connection.run("SELECT * FROM missing")
                }
            }
            let executions = try #require(recorder.traces.first).executions
            #expect(executions.map(\.failed) == [true])
        }
    }

    @Test("keeps as many traces and executions as its limits say, and counts the rest")
    func limits() async throws {
        let limits = TraceRecorder.Limits(tracesMax: 2, executionsPerTraceMax: 3)
        try await withRecorder(limits) { recorder, connection in
            for name in ["a", "b", "c"] {
                try await recorder.withTrace(name) {
                    for _ in 0..<5 { try await connection.run("SELECT 1") }
                }
            }
            try await connection.run("SELECT 1")
            #expect(recorder.traces.map(\.name) == ["b", "c"])
            #expect(recorder.traces.map(\.executions.count) == [3, 3])
            #expect(recorder.omissions.traces == 1)
            #expect(recorder.omissions.executions == 6)
            #expect(recorder.omissions.executionsOutsideTraces == 2, "one before the body, one after the traces")
            recorder.removeAll()
            #expect(recorder.traces.isEmpty && recorder.omissions == TraceRecorder.Omissions())
        }
    }

    @Test("an inner trace takes its executions alone, and a trace of another recorder is not its own")
    func nesting() async throws {
        try await withRecorder { recorder, connection in
            let stranger = TraceRecorder()
            try await recorder.withTrace("outer") {
                try await connection.run("SELECT 1")
                let (_, inner) = try await recorder.trace("inner") { try await connection.run("SELECT 2") }
                #expect(inner.executions.count == 1)
                _ = try await stranger.withTrace("stranger") { try await connection.run("SELECT 3") }
            }
            #expect(recorder.traces.map(\.name) == ["inner", "outer"])
            #expect(recorder.traces.map(\.executions.count) == [1, 1])
            #expect(stranger.traces.map(\.executions.count) == [0])
        }
    }

    @Test("tasks of one unit of work write into one trace, in the order of their starts")
    func childTasks() async throws {
        try await withRecorder { recorder, connection in
            try await recorder.withTrace("unit") {
                try await withThrowingTaskGroup { group in
                    for _ in 0..<20 { group.addTask { _ = try await connection.run("SELECT 1") } }
                    try await group.waitForAll()
                }
                try await connection.run("SELECT 2")
            }
            let executions = try #require(recorder.traces.first).executions
            #expect(executions.count == 21)
            #expect(executions.map(\.start) == executions.map(\.start).sorted())
            let last = try #require(executions.last)
            #expect(executions.dropLast().allSatisfy { $0.roundTrip < last.roundTrip })
        }
    }

    @Test(
        "overlapping calls share a round trip; one that begins after an end has a later one",
        arguments: [
            ([.begin(0), .end(0), .begin(1), .end(1)], [0, 1]),
            ([.begin(0), .begin(1), .end(0), .end(1)], [0, 0]),
            ([.begin(0), .begin(1), .end(0), .begin(2), .end(1), .end(2)], [0, 0, 1]),
            ([.begin(0), .begin(1), .begin(2), .end(2), .end(1), .end(0), .begin(3), .end(3)], [0, 0, 0, 1]),
            ([.begin(0), .begin(1), .end(1), .begin(2), .end(2), .begin(3), .end(3), .end(0)], [0, 0, 1, 2]),
        ] as [([CallEvent], [Int])]
    )
    func criticalPath(events: [CallEvent], expected: [Int]) {
        var counter = RoundTripCounter()
        var numbers: [Int: Int] = [:]
        for event in events {
            switch event {
            case .begin(let call): numbers[call] = counter.begin()
            case .end(let call): counter.end(numbers[call] ?? 0)
            }
        }
        #expect(expected.indices.map { numbers[$0] } == expected)
        #expect(counter.ended == Set(expected).count)
    }

    enum CallEvent: Sendable {
        case begin(Int)
        case end(Int)
    }

    @Test("delays each round trip once: a pipeline and a stream as one")
    func delay() async throws {
        let database = try await TemporaryDatabase(script: "CREATE TABLE t (id INTEGER, name TEXT)")
        let clock = ManualSleepClock()
        let engine = DelayedEngine(database.engine, roundTripTime: .milliseconds(50), clock: clock)
        try await engine.withConnection(.readWrite) { connection in
            try await connection.run("SELECT 1")
            #expect(clock.slept == [.milliseconds(50)])
            try await connection.runPipelined(["SELECT 1", "SELECT 2", "SELECT 3"])
            #expect(clock.slept.count == 2)
            _ = try await connection.load([[1, "a"], [2, "b"], [3, "c"]], into: table, columns: ["id", "name"])
            #expect(clock.slept.count == 3)
            try await connection.stream("SELECT * FROM t", batchRows: 1) { _ in }
            #expect(clock.slept.count == 4)
            await #expect(throws: EngineError.self) { try await connection.run("SELECT * FROM missing") }
            #expect(clock.slept.count == 5)
        }
        let recorder = TraceRecorder(clock: clock)
        try await RecordingEngine(engine, recorder: recorder)
            .withConnection(.readWrite) { connection in
                try await recorder.withTrace("unit") {
                    try await connection.run("SELECT 1")
                    try await connection.run("SELECT 2")
                }
            }
        #expect(recorder.traces.first?.duration == .milliseconds(100))
        #expect(recorder.traces.first?.executions.map(\.start) == [.zero, .milliseconds(50)])
    }

    private let table = QualifiedName(schema: "main", name: "t")

    private func withRecorder(
        _ limits: TraceRecorder.Limits = TraceRecorder.Limits(),
        _ body: (TraceRecorder, any Connection) async throws -> Void
    ) async throws {
        let database = try TemporaryDatabase()
        let recorder = TraceRecorder(limits: limits)
        try await RecordingEngine(database.engine, recorder: recorder)
            .withConnection(.readWrite) { connection in
                try await connection.runScript("CREATE TABLE t (id INTEGER, name TEXT)")
                try await body(recorder, connection)
            }
        withExtendedLifetime(database) {}
    }
}

/// A clock on which only sleeping takes time.
final class ManualSleepClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (lhs: Instant, rhs: Instant) -> Bool { lhs.offset < rhs.offset }
    }

    private let sleeps = Mutex<[Duration]>([])

    var slept: [Duration] { sleeps.withLock { $0 } }
    var now: Instant { Instant(offset: slept.reduce(.zero, +)) }
    let minimumResolution = Duration.zero

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let duration = now.duration(to: deadline)
        sleeps.withLock { $0.append(duration) }
    }
}
