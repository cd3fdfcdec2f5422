import Foundation
import MartletCore

/// What a user may do: an array on PostgreSQL, JSON on SQLite.
struct AuthRoles: Sendable, Hashable {
    let names: [String]

    init(_ names: [String]) {
        self.names = names
    }

    /// Reads either form; a form that is neither gives no role.
    init(reading value: Value) {
        switch value {
        case .array: names = [String](from: value) ?? []
        case .text(let json), .json(let json):
            names = (try? JSONDecoder().decode([String].self, from: Data(json.utf8))) ?? []
        default: names = []
        }
    }

    func value(in dialect: Dialect) -> Value {
        switch dialect {
        case .postgres: .array(names.map { .text($0) })
        case .sqlite: .text("[" + names.map { "\"\($0)\"" }.joined(separator: ",") + "]")
        }
    }
}
