import Testing

@Suite("the check for one type per file")
struct TypePerFileCheckTests {
    private func lines(_ name: String, _ text: String) -> [Int] {
        TypePerFileCheck.offences(in: SourceFile(path: "Sources/Martlet/\(name)", text: text)).map(\.line)
    }

    private static func type(_ name: String, lines: Int) -> String {
        "struct \(name) {" + String(repeating: "\n", count: lines - 1) + "}\n"
    }

    @Test("reports a file named after none of its types")
    func names() {
        #expect(lines("Pool.swift", "struct Loader {}") == [1])
        #expect(lines("Pool+Leases.swift", "extension Loader {}") == [1])
    }

    @Test("reports a companion of 41 lines and not one of 40")
    func companions() {
        #expect(lines("Pool.swift", Self.type("Pool", lines: 90) + Self.type("Lease", lines: 40)) == [])
        #expect(lines("Pool.swift", Self.type("Pool", lines: 90) + Self.type("Lease", lines: 41)) == [91])
        #expect(lines("Pool.swift", Self.type("Pool", lines: 90) + "private " + Self.type("Lease", lines: 41)) == [91])
    }

    @Test(
        "lets the usual forms be",
        arguments: [
            ("Pool.swift", "struct Pool {}\nextension Pool: Sendable {}"),
            ("Pool+Leases.swift", "extension Pool {}"),
            ("Lease.swift", "extension Pool { struct Lease {} }\nextension Pool.Lease {}"),
            ("Pool.Lease.swift", "extension Pool.Lease {}"),
            ("Placeholder.swift", "// Nothing yet."),
            ("main.swift", "struct Any {}"),
        ]
    )
    func passes(_ name: String, _ text: String) {
        #expect(lines(name, text) == [])
    }
}
