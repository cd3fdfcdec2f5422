import Martlet
import MartletCore
import MartletExpectations
import MartletTesting
import XCTest

/// `expect(statements:)` fails a test of XCTest.
///
/// XCTest has no way to expect a failure on Linux, so each test here keeps what is recorded while it runs, and looks at
/// that when it is over: https://github.com/swiftlang/swift-corelibs-xctest/issues/438
final class StatementFailureXCTests: XCTestCase {
    private var recorded: [String] = []
    private var isRunning = true

    override func recordFailure(
        withDescription description: String,
        inFile filePath: String,
        atLine lineNumber: Int,
        expected: Bool
    ) {
        guard !isRunning else { return recorded.append(description) }
        super.recordFailure(withDescription: description, inFile: filePath, atLine: lineNumber, expected: expected)
    }

    override func tearDown() {
        isRunning = false
        XCTAssertEqual(recorded.count, 1, "\(recorded)")
        XCTAssertTrue(recorded.first?.contains("expected 1 statements, and 2 were run") == true, "\(recorded)")
        XCTAssertTrue(recorded.first?.contains("1 × SELECT 2") == true, "\(recorded)")
    }

    func testMoreStatementsThanExpectedFail() async throws {
        try await withConnection { connection in
            try await expect(statements: 1) {
                try await connection.run("SELECT 1")
                try await connection.run("SELECT 2")
            }
        }
    }

    func testEachStatementOfAPipelineCounts() async throws {
        try await withConnection { connection in
            _ = try await expect(statements: 1) { try await connection.runPipelined(["SELECT 1", "SELECT 2"]) }
        }
    }

    private func withConnection(_ body: (any Connection) async throws -> Void) async throws {
        let database = try TemporaryDatabase()
        try await RecordingEngine(database.engine, recorder: TraceRecorder()).withConnection(.readWrite, body)
        withExtendedLifetime(database) {}
    }
}
