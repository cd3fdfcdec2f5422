import CaseStudies
import MartletCore

/// What a database of a case study is loaded from, before it has any index.
struct CaseTemplate: Sendable, Hashable {
    let study: any CaseStudy
    let dialect: Dialect
    let size: CaseSize

    /// Loads an empty database.
    func load(_ engine: any Engine) async throws {
        try await engine.withConnection(.readWrite) { connection in
            try await CaseBuilder(study, size: size).build(on: connection)
        }
    }

    private var words: [String] { [study.name, dialect.rawValue, size.rawValue] }

    static func == (first: CaseTemplate, second: CaseTemplate) -> Bool {
        first.words == second.words
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words)
    }
}
