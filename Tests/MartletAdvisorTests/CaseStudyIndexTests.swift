import CaseStudies
import MartletCore
import Testing

@Suite("The 51 indexes of the applications")
struct CaseStudyIndexTests {
    @Test(
        "are those that the documents name: names, tables, columns, order, uniqueness and conditions",
        arguments: Dialect.allCases
    )
    func namedIndexes(dialect: Dialect) throws {
        let named = try Self.named()
        #expect(Set(named.keys) == Set(CaseName.allCases.map(\.rawValue)))
        #expect(CaseName.allCases.map { named[$0.rawValue]?.count } == [1, 5, 12, 14, 19])
        for name in CaseName.allCases {
            let own = name.study.indexes(.seed, for: dialect)
            let definitions = own.map { Self.definition(of: $0, in: name.study, dialect) }
            #expect(Set(definitions) == named[name.rawValue], "\(name.rawValue)")
            #expect(definitions.count == named[name.rawValue]?.count)
            for index in own {
                let start = index.sql.contains("UNIQUE") ? "CREATE UNIQUE INDEX" : "CREATE INDEX"
                let table = dialect == .postgres ? "\(name.rawValue).\(index.table)" : index.table
                #expect(index.sql.hasPrefix("\(start) \(index.name) ON \(table) ("))
            }
        }
    }

    /// The definitions of the documents by the application they belong to.
    private static func named() throws -> [String: Set<String>] {
        var named: [String: Set<String>] = [:]
        var study = ""
        let words = SQLWord.words(of: try SchemaFixture.text(of: "case-studies-indexes"), dialect: .postgres)
        for statement in words.split(whereSeparator: { $0.isSymbol(";") }) {
            let texts = statement.map(\.text)
            if texts[0] == "set" {
                study = try #require(texts.last)
            } else {
                named[study, default: []].insert(texts.joined(separator: " "))
            }
        }
        return named
    }

    /// An index's statement, without what the dialects write in different ways.
    private static func definition(of index: CaseIndex, in study: any CaseStudy, _ dialect: Dialect) -> String {
        var texts = SQLWord.words(of: index.sql, dialect: dialect).map(\.text)
        if dialect == .postgres, let schema = texts.firstIndex(of: "on").map({ $0 + 1 }), texts[schema] == study.name {
            texts.removeSubrange(schema...(schema + 1))
        }
        // SQLite has numbers for truth values.
        if dialect == .sqlite, texts.suffix(2) == ["=", "1"] { texts.removeLast(2) }
        return texts.joined(separator: " ")
    }
}
