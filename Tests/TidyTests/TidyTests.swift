import Testing

/// The house rules, held against every file of the package.
@Suite("the tree")
struct TidyTests {
    private static let tree = Result { try SourceTree.package() }

    private func expectNone(_ offences: (SourceTree) -> [Offence]) throws {
        let found = offences(try Self.tree.get()).sorted()
        let report = found.map(\.description).joined(separator: "\n")
        #expect(found.isEmpty, "\(found.count) offences:\n\(report)")
    }

    @Test("is read as a whole, so that no check passes for want of files")
    func isRead() throws {
        let paths = Set(try Self.tree.get().files.map(\.path))
        for path in ["Package.swift", "README.md", "Makefile", ".ci/run", "docs/STYLE.md"] {
            #expect(paths.contains(path))
        }
        #expect(paths.contains { $0.hasPrefix("Benchmarks/Sources/") })
        for target in ImportCheck.allowed.keys where target != "MartletMonitor" {
            #expect(paths.contains { $0.hasPrefix("Sources/\(target)/") && $0.hasSuffix(".swift") }, "\(target)")
        }
        #expect(paths.contains("Tests/TidyTests/TidyTests.swift"))
        #expect(!paths.contains { $0.contains(".build") })
    }

    @Test("imports only in the directions of docs/ARCHITECTURE.md")
    func imports() throws {
        try expectNone(ImportCheck.offences)
    }

    @Test("keeps files, lines and functions within their limits")
    func lengths() throws {
        try expectNone(LengthCheck.offences)
    }

    @Test("has none of the words that docs/STYLE.md bans")
    func words() throws {
        try expectNone(BannedWordCheck.offences)
    }

    @Test("has one file per type, named after it")
    func types() throws {
        try expectNone(TypePerFileCheck.offences)
    }

    @Test("has a page for every command, and a command for every page")
    func commandPages() throws {
        try expectNone(CommandPageCheck.offences)
    }

    @Test("describes every rule in docs/findings.md")
    func findings() throws {
        try expectNone(FindingPageCheck.offences)
    }

    @Test("has no relative link that leads nowhere")
    func links() throws {
        try expectNone(LinkCheck.offences)
    }

    @Test("names no folder of one machine")
    func machinePaths() throws {
        try expectNone(MachinePathCheck.offences)
    }
}
