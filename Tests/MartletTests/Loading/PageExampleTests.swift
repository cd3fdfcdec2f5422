import Foundation
import MartletTesting
import Testing

@Suite("Examples of the pages about loading and writing")
struct PageExampleTests {
    @Test(
        "the page shows the file that is compiled here",
        arguments: [
            ("docs/loading.md", "Loading/LoadingExample.swift"), ("docs/writing.md", "Writing/WritingExample.swift"),
        ]
    )
    func pages(page: String, example: String) throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let root = tests.deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: page), encoding: .utf8)
        let code = try String(contentsOf: tests.appending(path: example), encoding: .utf8)
        #expect(text.contains("```swift\n\(code)```\n"))
    }

    @Test("loading")
    func loading() async throws {
        let database = try TemporaryDatabase()
        let lines = try await LoadingExample.run(path: database.path)
        #expect(lines == ["Ada: Hello", "Grace: Hi", "Ada: Bye", "somebody who left: …"])
    }

    @Test("writing")
    func writing() async throws {
        let database = try TemporaryDatabase()
        let log = try await WritingExample.run(path: database.path)
        #expect(
            log == [
                "2 renders wait again", "20000 of 100000", "40000 of 100000", "60000 of 100000", "80000 of 100000",
                "100000 of 100000", "2 renders deleted", "1 token expired", "allowed, 1 left", "allowed, 0 left",
                "429 Too Many Requests",
            ]
        )
    }
}
