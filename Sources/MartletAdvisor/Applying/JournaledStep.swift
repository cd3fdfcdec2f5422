import Foundation
import MartletCore

/// The form in which steps stand in the journal, as JSON.
struct JournaledStep: Codable {
    var sql: String
    var transactional: Bool
    var lock: String
    var schema: String?
    var index: String?

    init(_ step: MigrationStep) {
        sql = step.sql
        transactional = step.isTransactional
        lock = step.lock
        schema = step.index?.schema
        index = step.index?.name
    }

    var step: MigrationStep {
        var name: QualifiedName?
        if let schema, let index { name = QualifiedName(schema: schema, name: index) }
        return MigrationStep(sql: sql, isTransactional: transactional, lock: lock, index: name)
    }
}

/// JSON with its keys in order, so that equal values give equal text.
enum JournalText {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<T: Decodable>(_ type: T.Type, from text: String) throws -> T {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
