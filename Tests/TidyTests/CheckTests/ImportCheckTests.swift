import Testing

@Suite("the import check")
struct ImportCheckTests {
    @Test(
        "reports what a target may not import",
        arguments: [
            ("Sources/MartletCore/A.swift", "import MartletPostgres"),
            ("Sources/MartletCore/A.swift", "package import Martlet"),
            ("Sources/Martlet/A.swift", "import MartletSQLite"),
            ("Sources/MartletAdvisor/Rules/A.swift", "public import struct Martlet.Pool"),
            ("Sources/MartletSQLite/A.swift", "@preconcurrency import MartletPostgres"),
            ("Sources/MartletPostgres/A.swift", "import GRDB"),
            ("Sources/MartletCLI/A.swift", "import CLibPQ"),
            ("Sources/MartletTesting/A.swift", "import GRDBSQLite"),
            ("Sources/MartletAdvisor/A.swift", "import CPgQuery"),
            ("Tests/MartletPostgresTests/A.swift", "import CLibPQ"),
            ("Tests/CommandTests/A.swift", "@testable import GRDB"),
            ("Sources/CaseStudies/A.swift", "import MartletTesting"),
            ("Sources/Unheard/A.swift", "import Foundation"),
        ]
    )
    func offends(_ path: String, _ text: String) {
        let offences = ImportCheck.offences(in: SourceFile(path: path, text: "// First line.\n" + text + "\n"))
        #expect(offences.map(\.line) == [path.contains("Unheard") ? 1 : 2])
    }

    @Test(
        "lets the allowed directions be",
        arguments: [
            ("Sources/MartletCore/A.swift", "public import Foundation\nimport Synchronization"),
            ("Sources/MartletPostgres/A.swift", "import CLibPQ\nimport CPgQuery\npackage import MartletCore"),
            ("Sources/MartletSQLite/A.swift", "import GRDB\nimport GRDBSQLite\nimport MartletCore"),
            ("Sources/MartletCLI/A.swift", "import ArgumentParser\nimport MartletAdvisor\nimport MartletTesting"),
            ("Sources/CaseStudies/A.swift", "import Martlet\nimport MartletCore"),
            ("Tests/MartletCoreTests/A.swift", "import CPgQuery\n@testable import MartletCore"),
            ("Sources/MartletCore/B.swift", "// import GRDB\nlet text = \"import GRDB\""),
        ]
    )
    func passes(_ path: String, _ text: String) {
        #expect(ImportCheck.offences(in: SourceFile(path: path, text: text)) == [])
    }
}
