import Testing

@Suite("the check for banned words")
struct BannedWordCheckTests {
    private func lines(_ path: String, _ text: String) -> [Int] {
        BannedWordCheck.offences(in: SourceFile(path: path, text: text)).map(\.line)
    }

    @Test(
        "reports each on its line",
        arguments: [
            "let a = try! b()", "let a = b as! C", "fatalError(\"no\")", "Swift.fatalError()", "print(a)",
            "debugPrint(a)",
            "dump(a)", "// TODO: later", "/// FIXME", "/* XXX */", "final class PoolManager {}", "enum Utils {}",
            "struct TestHelper {}", "typealias Utilities = Int",
        ]
    )
    func offends(_ text: String) {
        #expect(lines("Sources/Martlet/A.swift", "\n" + text) == [2])
    }

    @Test(
        "reports what a path says",
        arguments: [
            "Sources/Martlet/PoolManager.swift", "Sources/Martlet/Utils/A.swift", "Sources/Martlet/Pool+Internal.swift",
            "Sources/Martlet/New/A.swift", "Sources/Martlet/StringHelper.swift",
        ]
    )
    func offendsByPath(_ path: String) {
        #expect(lines(path, "") == [1])
    }

    @Test(
        "lets be what only looks like it",
        arguments: [
            "let a = try b(!c)", "let a = \"fatalError try! print(\"", "// try! is banned", "// TODO #12: later",
            "FileManager.default.removeItem(a)", "self.print(a)", "func print(_ a: A) {}", "let fatalErrors = 0",
            "let a = b as? C", "extension FileManager {}", "let sprint = print",
        ]
    )
    func passes(_ text: String) {
        #expect(lines("Sources/Martlet/A.swift", text) == [])
    }

    @Test("lets the command line print")
    func commandLine() {
        #expect(lines("Sources/MartletCLI/A.swift", "print(a)") == [])
    }

    @Test("counts lines within a comment of several lines")
    func longComment() {
        #expect(lines("Sources/Martlet/A.swift", "/*\n one\n TODO\n*/") == [3])
    }
}
