import Martlet
import MartletCore

/// A counter as `martlet.yaml` and the command line declare it.
struct CounterDeclaration {
    let count: String
    var by: [String]?
    var `where`: String?
    var sum: String?
    var into: String?

    func definition(named name: CounterName, dialect: Dialect) throws(CommandFailure) -> CounterDefinition {
        guard let table = QualifiedName(count, dialect: dialect) else {
            throw CommandFailure(.usage, "\(name): \(count.debugDescription) is no table name; quote it as SQL would")
        }
        return CounterDefinition(
            name: name,
            table: table,
            keyColumns: try (by ?? []).map { text throws(CommandFailure) in try Self.column(text, name, dialect) },
            condition: `where`,
            sum: sum,
            parent: try into.map { text throws(CommandFailure) in try Self.parent(text, name, dialect) }
        )
    }

    private static func column(
        _ text: String,
        _ name: CounterName,
        _ dialect: Dialect
    ) throws(CommandFailure) -> String {
        guard let parts = QualifiedName.parts(of: text, dialect: dialect), parts.count == 1 else {
            throw CommandFailure(.usage, "\(name): \(text.debugDescription) is no column name; quote it as SQL would")
        }
        return parts[0]
    }

    private static func parent(
        _ text: String,
        _ name: CounterName,
        _ dialect: Dialect
    ) throws(CommandFailure) -> CounterDefinition.Parent {
        guard let parts = QualifiedName.parts(of: text, dialect: dialect), (2...3).contains(parts.count) else {
            throw CommandFailure(.usage, "\(name): \(text.debugDescription) is not of the form TABLE.COLUMN")
        }
        let schema = parts.count == 3 ? parts[0] : dialect == .postgres ? "public" : "main"
        return CounterDefinition.Parent(
            table: QualifiedName(schema: schema, name: parts[parts.count - 2]),
            column: parts[parts.count - 1]
        )
    }
}

extension CounterDeclaration: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case count, by, `where`, sum, into
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.declaration(CodingKeys.self)
        self.init(
            count: try container.decode(String.self, forKey: .count),
            by: try container.decodeIfPresent([String].self, forKey: .by),
            where: try container.decodeIfPresent(String.self, forKey: .where),
            sum: try container.decodeIfPresent(String.self, forKey: .sum),
            into: try container.decodeIfPresent(String.self, forKey: .into)
        )
    }
}
