import Foundation
import Martlet
import MartletCore
import MartletExpectations
import MartletSQLite
import XCTest

final class ChatListXCTests: XCTestCase {
    func testTakesOneStatement() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).sqlite").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let engine = RecordingEngine(SQLiteEngine(path: path, createIfMissing: true), recorder: TraceRecorder())
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript("CREATE TABLE chats (title TEXT); INSERT INTO chats VALUES ('a'), ('b')")
            let chats = try await expect(statements: 1) {
                try await connection.run("SELECT title FROM chats")
            }
            XCTAssertEqual(chats.count, 2)
        }
    }
}
