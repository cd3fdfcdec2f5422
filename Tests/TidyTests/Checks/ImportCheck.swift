/// Who may import whom, as docs/ARCHITECTURE.md has it.
struct ImportCheck {
    /// For each target, the targets of this package that it may import.
    static let allowed: [String: Set<String>] = [
        "MartletCore": [],
        "MartletPostgres": ["MartletCore", "CLibPQ", "CPgQuery"],
        "MartletSQLite": ["MartletCore"],
        "Martlet": ["MartletCore"],
        "MartletLifecycle": ["Martlet"],
        "MartletRedis": ["Martlet", "CHiredis"],
        "MartletExpectations": ["MartletCore", "Martlet"],
        "MartletAdvisor": ["MartletCore"],
        "MartletLoad": ["MartletCore"],
        "MartletMonitor": ["MartletCore", "Martlet"],
        "CaseStudies": ["MartletCore", "Martlet", "CLibCrypt"],
        "MartletTesting": ["MartletCore", "MartletPostgres", "MartletSQLite"],
        "MartletCLI": [
            "MartletCore", "MartletPostgres", "MartletSQLite", "Martlet", "MartletAdvisor", "MartletLoad",
            "MartletMonitor", "CaseStudies", "MartletTesting",
        ],
    ]

    /// For each driver, the targets that may see it: one engine, and tests that hold something of ours against it.
    static let drivers: [String: Set<String>] = [
        "GRDB": ["MartletSQLite", "MartletSQLiteTests"],
        "GRDBSQLite": ["MartletSQLite", "MartletSQLiteTests"],
        "CLibPQ": ["MartletPostgres"],
        "CPgQuery": ["MartletPostgres", "MartletCoreTests"],
        "CHiredis": ["MartletRedis"],
        "CLibCrypt": ["CaseStudies"],
    ]

    static func offences(in tree: SourceTree) -> [Offence] {
        (tree.swiftFiles(below: "Sources") + tree.swiftFiles(below: "Tests")).flatMap(offences)
    }

    static func offences(in file: SourceFile) -> [Offence] {
        guard let target = file.target.map(String.init) else { return [] }
        let isSource = file.path.hasPrefix("Sources/")
        if isSource, allowed[target] == nil {
            return [file.offence(1, "\(target) has no place in ImportCheck.allowed: say there what it may import")]
        }
        return imports(in: file)
            .compactMap { module, line in
                if let targets = drivers[module], !targets.contains(target) {
                    return file.offence(line, "\(target) imports the driver \(module); only \(list(targets)) may")
                }
                guard isSource, drivers[module] == nil, allowed[module] != nil else { return nil }
                if allowed[target]?.contains(module) == true { return nil }
                return file.offence(
                    line,
                    "\(target) imports \(module); of ours it may only: \(list(allowed[target] ?? []))"
                )
            }
    }

    /// The modules a file imports, whatever stands before the keyword or between it and the module.
    static func imports(in file: SourceFile) -> [(module: String, line: Int)] {
        let code = file.code
        return code.indices.compactMap { index in
            guard code[index].isWord("import"), code[index].braceDepth == 0 else { return nil }
            let kinds: Set<String> = [
                "struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor",
            ]
            let names = code[(index + 1)...].prefix(2).filter { $0.line == code[index].line }
            return names.first { !kinds.contains($0.text) }.map { ($0.text, code[index].line) }
        }
    }

    private static func list(_ targets: Set<String>) -> String {
        targets.isEmpty ? "none" : targets.sorted().joined(separator: ", ")
    }
}
