import CaseStudies
import Martlet
import MartletCore
import Testing

/// What is captured of one operation done in one way.
struct CapturedOperation: Sendable {
    var operation: String
    var way: Way
    var statements: Int
    /// Statements on SQLite, where it takes another number for want of CTEs that write.
    var statementsOnSQLite: Int?
    /// Round trips; nil where they follow from who comes first.
    var roundTrips: Int?
    /// Rows read; nil where they follow from the data.
    var rows: Int?
    /// Executions of the statement that is repeated most.
    var repeats = 1

    /// Runs the operation under capture and compares.
    func check(_ fixture: CaseFixture) async throws {
        let trace = try await trace(on: fixture)
        let name = Comment(rawValue: "\(operation) \(way.rawValue) on \(fixture.dialect.rawValue)")
        let expected = fixture.dialect == .sqlite ? statementsOnSQLite ?? statements : statements
        #expect(trace.executions.count == expected, name)
        if let roundTrips { #expect(trace.roundTrips == roundTrips, name) }
        if let rows { #expect(trace.rows == rows, name) }
        let repeated = Dictionary(grouping: trace.executions, by: \.fingerprint).values.map(\.count).max() ?? 0
        #expect(repeated == repeats, name)
        #expect(trace.executions.allSatisfy { !$0.failed }, name)
    }

    /// Runs the operation under capture, in a transaction that is rolled back.
    func trace(on fixture: CaseFixture) async throws -> Trace {
        let recorder = TraceRecorder()
        let engine = RecordingEngine(fixture.engine, recorder: recorder)
        let operation = try fixture.operation(operation)
        let body = try #require(operation.ways[way])
        try await operation.withConnection(way, to: engine) { connection in
            if operation.change == .rolledBack { try await connection.run("BEGIN") }
            let before = recorder.omissions.executionsOutsideTraces
            _ = try await recorder.withTrace(operation.id) { try await body(connection) }
            #expect(recorder.omissions.executionsOutsideTraces == before, "nothing of it escapes its trace")
            if operation.change == .rolledBack { try await connection.run("ROLLBACK") }
        }
        return try #require(recorder.traces.first)
    }
}
