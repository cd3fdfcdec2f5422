import MartletCore
import MartletLoad

/// Operations of a load as a person writes them down, in YAML.
struct ScenarioFile: Decodable {
    /// One operation.
    struct Operation: Decodable {
        private enum CodingKeys: String, CodingKey, CaseIterable {
            case name, weight, sql, parameters, transaction, target
        }

        let name: String
        let weight: Double
        /// One statement, or several that run one after the other.
        let sql: StatementList
        let parameters: [String: ParameterDeclaration]
        let transaction: Bool
        let target: TargetDeclaration?

        init(from decoder: any Decoder) throws {
            let container = try decoder.declaration(CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            guard name.contains(where: { !$0.isWhitespace }) else { throw decoder.corrupted("its name is empty") }
            weight = try container.decodeIfPresent(Double.self, forKey: .weight) ?? 1
            sql = try container.decode(StatementList.self, forKey: .sql)
            parameters = try container.decodeIfPresent([String: ParameterDeclaration].self, forKey: .parameters) ?? [:]
            transaction = try container.decodeIfPresent(Bool.self, forKey: .transaction) ?? false
            target = try container.decodeIfPresent(TargetDeclaration.self, forKey: .target)
        }
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case writes, operations
    }

    static let page = "docs/commands/load.md"

    /// Whether the operations may change the database.
    let writes: Bool
    let operations: [Operation]

    init(from decoder: any Decoder) throws {
        let container = try decoder.declaration(CodingKeys.self)
        writes = try container.decodeIfPresent(Bool.self, forKey: .writes) ?? false
        operations = try container.decode([Operation].self, forKey: .operations)
    }

    /// Reads the file, and says what in it cannot be.
    static func read(_ path: String) throws(CommandFailure) -> ScenarioFile {
        let file = try YAMLFile.read(ScenarioFile.self, at: path, option: "the first argument", page: page)
        guard !file.operations.isEmpty else { throw CommandFailure(.usage, "\(path) has no operations; see \(page)") }
        var names: Set<String> = []
        for operation in file.operations {
            guard names.insert(operation.name).inserted else {
                throw CommandFailure(.usage, "\(path) has two operations named \(operation.name)")
            }
            guard operation.weight > 0, operation.weight.isFinite else {
                throw CommandFailure(.usage, "\(path): the weight of \(operation.name) is more than 0")
            }
            guard !operation.sql.statements.isEmpty else {
                throw CommandFailure(.usage, "\(path): \(operation.name) has no statement")
            }
        }
        return file
    }

    /// The operations for a database, their targets by name.
    func subject(
        _ dialect: Dialect,
        path: String
    ) throws(CommandFailure) -> (
        operations: [LoadOperation], targets: [String: LatencyTarget]
    ) {
        var all: [LoadOperation] = []
        var targets: [String: LatencyTarget] = [:]
        for declared in operations {
            let rule = ScenarioStatement(dialect: dialect, writes: writes, isTransaction: declared.transaction)
            for text in declared.sql.statements {
                guard let objection = rule.objection(to: text) else { continue }
                throw CommandFailure(.usage, "\(path): \(declared.name) \(objection)")
            }
            let operation = ScenarioOperation(
                name: declared.name,
                weight: declared.weight,
                statements: declared.sql.statements,
                parameters: declared.parameters.mapValues(\.source),
                isTransaction: declared.transaction,
                writes: writes
            )
            if let unknown = operation.unknownNames(dialect).first {
                throw CommandFailure(
                    .usage,
                    "\(path): \(declared.name) has :\(unknown) in its statements and no parameter of that name"
                )
            }
            all.append(operation.operation(dialect))
            targets[declared.name] = declared.target?.target
        }
        return (all, targets)
    }
}

/// One text or several.
struct StatementList: Decodable {
    let statements: [String]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        statements = try (try? [container.decode(String.self)]) ?? container.decode([String].self)
    }
}
