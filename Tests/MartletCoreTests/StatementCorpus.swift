import Foundation
import MartletCore
import Testing

/// The statements of `Fixtures/Statements`: typical queries of public schemas and object-relational mappers, the
/// operations of the case studies, and what pg_dump and psql of PostgreSQL 15 write and ask.
enum StatementCorpus {
    /// The text of each file.
    static func scripts() throws -> [(name: String, text: String)] {
        let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
            .appendingPathComponent("Statements")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .map { name in
                (name, try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8))
            }
    }

    /// The statements of each file, each once.
    ///
    /// A file is the workload of one application.
    static func workloads() throws -> [[String]] {
        try scripts()
            .map { script in
                var seen: Set<Substring> = []
                return ScriptSplitter.statements(of: script.text, dialect: .postgres)
                    .filter { seen.insert($0).inserted }.map(String.init)
            }
    }
}
