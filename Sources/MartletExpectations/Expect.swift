import Martlet
import MartletCore

/// Runs a body and throws unless it runs exactly so many statements, so that a loop over rows fails its test.
///
///     try await expect(statements: 2) { try await service.listChats() }
///
/// Works in Swift Testing and in XCTest, as either fails a test that throws. Statements of the current task and its
/// children count that run on a `RecordingEngine`, whichever recorder it has; each statement of a pipeline counts.
/// BEGIN and COMMIT count as well. It only throws, and records nothing by itself: `try?` makes it say nothing.
///
/// - Throws: `StatementExpectationError`, which lists what was run; or what the body throws.
@discardableResult
public func expect<Success>(
    statements count: Int,
    file: StaticString = #fileID,
    line: UInt = #line,
    _ body: () async throws -> Success
) async throws -> Success {
    try await expect(statements: count...count, file: file, line: line, body)
}

/// Runs a body and throws unless the number of statements it runs is within the range: `expect(statements: 0...3)`.
///
/// - Throws: `StatementExpectationError`, which lists what was run; or what the body throws.
@discardableResult
public func expect<Success>(
    statements range: ClosedRange<Int>,
    file: StaticString = #fileID,
    line: UInt = #line,
    _ body: () async throws -> Success
) async throws -> Success {
    let witness = StatementWitness()
    let success = try await StatementWitness.$current.withValue(witness, operation: body)
    guard !range.contains(witness.statements) else { return success }
    throw StatementExpectationError(
        statements: witness.statements,
        description: report(witness, expected: range, place: "\(file):\(line)")
    )
}

/// Texts that a report lists.
private let linesMax = 10

private func report(_ witness: StatementWitness, expected: ClosedRange<Int>, place: String) -> String {
    let wanted = expected.count == 1 ? "\(expected.lowerBound)" : "\(expected.lowerBound) to \(expected.upperBound)"
    guard witness.statements > 0 else {
        return "\(place): expected \(wanted) statements, and none was seen: is the engine a RecordingEngine?"
    }
    var counts: [String: Int] = [:]
    for text in witness.calls.joined() { counts[text, default: 0] += 1 }
    let lines = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(linesMax)
        .map { "  \($0.value) × \(OneLine.text($0.key, width: 200))" }
    return "\(place): expected \(wanted) statements, and \(witness.statements) were run:\n"
        + lines.joined(separator: "\n")
}
