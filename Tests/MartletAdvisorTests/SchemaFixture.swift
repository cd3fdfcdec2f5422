import Foundation
import MartletCore
import Testing

@testable import MartletAdvisor

/// Reads the DDL of the case studies into a catalog without a database, as far as those two files go.
struct SchemaFixture {
    private(set) var tables: [QualifiedName: Table] = [:]
    private var schema = "public"

    /// The case studies with the indexes that the documents name, and with more if wanted.
    static func caseStudies(adding more: String = "") throws -> Catalog {
        var fixture = SchemaFixture()
        fixture.read(try text(of: "case-studies-tables"))
        fixture.read(try text(of: "case-studies-indexes"))
        fixture.read(more)
        return fixture.catalog
    }

    static func text(of file: String) throws -> String {
        let url = try #require(Bundle.module.url(forResource: file, withExtension: "sql", subdirectory: "Fixtures"))
        return try String(contentsOf: url, encoding: .utf8)
    }

    var catalog: Catalog {
        Catalog(
            dialect: .postgres,
            version: "15.18",
            database: "cases",
            sizeBytes: 1 << 30,
            tables: tables.values.sorted { $0.name < $1.name },
            readAt: Timestamp(microsecondsSince1970: 0)
        )
    }

    mutating func read(_ sql: String) {
        for statement in SQLWord.words(of: sql, dialect: .postgres).split(whereSeparator: { $0.isSymbol(";") }) {
            read(Array(statement))
        }
    }

    private mutating func read(_ words: [SQLWord]) {
        switch words.prefix(3).map(\.text) {
        case ["set", "search_path", "="]: schema = words[3].text
        case let start where start[0] == "create" && start[1] == "table": readTable(words)
        case let start where start[0] == "create" && start.contains("index"): readIndex(words)
        default: break
        }
    }

    // MARK: Tables

    private mutating func readTable(_ words: [SQLWord]) {
        let name = QualifiedName(schema: schema, name: words[2].text)
        var table = Table(name: name, columns: [], estimatedRows: 100_000, tableBytes: 10 << 20)
        for item in Array(words[4..<(words.count - 1)]).topLevelSplit() {
            let columns = item.contains { $0.isSymbol("(") } ? item.firstParenthesis().map(\.text) : []
            let names = columns.filter { $0 != "," }
            switch item[0].text {
            case "primary": add(.primaryKey, names, to: &table)
            case "unique": add(.unique, names, to: &table)
            default: readColumn(item, of: &table)
            }
        }
        tables[name] = table
    }

    private func readColumn(_ words: [SQLWord], of table: inout Table) {
        let column = words[0].text
        let text = words.map(\.text)
        let isKey = text.contains("primary")
        let isNullable = !isKey && !zip(text, text.dropFirst()).contains { $0 == ("not", "null") }
        table.columns.append(Table.Column(name: column, type: words[1].text, isNullable: isNullable))
        if isKey { add(.primaryKey, [column], to: &table) }
        if text.contains("unique") { add(.unique, [column], to: &table) }
        if let position = text.firstIndex(of: "check") {
            let check = Array(words[position...]).firstParenthesis().map(\.text).joined(separator: " ")
            table.constraints.append(Constraint(name: "\(column)_check", kind: .check(check), columns: [column]))
        }
        if let position = text.firstIndex(of: "references") {
            let action: Constraint.Action =
                text.contains("cascade") ? .cascade : text.last == "null" && text.contains("set") ? .setNull : .restrict
            let parent = QualifiedName(schema: schema, name: text[position + 1])
            let kind = Constraint.Kind.foreignKey(references: parent, columns: ["id"], onDelete: action)
            let name = "\(table.name.name)_\(column)_fkey"
            table.constraints.append(Constraint(name: name, kind: kind, columns: [column]))
        }
    }

    private func add(_ kind: Constraint.Kind, _ columns: [String], to table: inout Table) {
        let suffix = kind == .primaryKey ? "pkey" : "\(columns.joined(separator: "_"))_key"
        let name = "\(table.name.name)_\(suffix)"
        table.constraints.append(Constraint(name: name, kind: kind, columns: columns))
        table.indexes.append(
            Index(
                name: name,
                table: table.name,
                keys: columns.map { Index.Key($0) },
                isUnique: true,
                isPrimary: kind == .primaryKey,
                constraint: name,
                sizeBytes: 1 << 20,
                definition: "CREATE UNIQUE INDEX"
            )
        )
    }

    // MARK: Indexes

    private mutating func readIndex(_ words: [SQLWord]) {
        guard let on = words.firstIndex(where: { $0.is("on") }) else { return }
        let table = QualifiedName(schema: schema, name: words[on + 1].text)
        let keys = words.firstParenthesis().topLevelSplit()
            .map { part in
                Index.Key(part[0].text, isDescending: part.last?.is("desc") ?? false)
            }
        let predicate = words.firstIndex { $0.is("where") }
            .map { words[($0 + 1)...].map(\.text).joined(separator: " ") }
        tables[table]?.indexes
            .append(
                Index(
                    name: words[on - 1].text,
                    table: table,
                    keys: keys,
                    predicate: predicate,
                    isUnique: words[1].is("unique"),
                    sizeBytes: 1 << 20,
                    definition: words.map(\.text).joined(separator: " ")
                )
            )
    }
}

extension Array where Element == SQLWord {
    fileprivate func topLevelSplit() -> [[SQLWord]] {
        splitAtCommas().map(Array.init)
    }

    /// What stands between the first parenthesis and the one that closes it.
    fileprivate func firstParenthesis() -> [SQLWord] {
        guard let open = firstIndex(where: { $0.isSymbol("(") }), let close = closing(open) else { return [] }
        return Array(self[(open + 1)..<close])
    }
}
