import Foundation
import MartletTesting
import Testing

@Suite("The page on the pool")
struct PoolPageTests {
    @Test("its example is the one that is compiled here, and does what the page says")
    func example() async throws {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let source = try String(contentsOf: here.appendingPathComponent("PoolPageExample.swift"), encoding: .utf8)
        let docs = here.appendingPathComponent("../../../docs/pool.md").standardized
        let page = try String(contentsOf: docs, encoding: .utf8)
        #expect(page.contains("```swift\n\(source)```"))
        #expect(page.contains("returns 600"))
        let database = try TemporaryDatabase()
        let cents = try await transfer(databasePath: database.path)
        #expect(cents == 600)
    }
}
