package import MartletCore

/// An operation that is written down as SQL.
package struct ScenarioOperation: Sendable {
    package var name: String
    package var weight: Double
    /// Statements that run one after the other, with `:name` where a value goes.
    package var statements: [String]
    /// Values by name; each is drawn once for a run, whatever the number of statements it is in.
    package var parameters: [String: ParameterSource]
    /// Whether the statements are one transaction.
    package var isTransaction: Bool
    package var writes: Bool

    package init(
        name: String,
        weight: Double = 1,
        statements: [String],
        parameters: [String: ParameterSource] = [:],
        isTransaction: Bool = false,
        writes: Bool = false
    ) {
        self.name = name
        self.weight = weight
        self.statements = statements
        self.parameters = parameters
        self.isTransaction = isTransaction
        self.writes = writes
    }

    /// Names in the statements that no parameter has.
    package func unknownNames(_ dialect: Dialect) -> [String] {
        statements.flatMap { StatementTemplate($0, dialect: dialect).names }.filter { parameters[$0] == nil }
    }

    /// As a load runs it; every name must be known.
    package func operation(_ dialect: Dialect) -> LoadOperation {
        let templates = statements.map { StatementTemplate($0, dialect: dialect) }
        let script =
            isTransaction
            ? LoadScript(transaction: templates, parameters, dialect, isReadOnly: !writes)
            : LoadScript(templates, parameters, dialect)
        return LoadOperation(name: name, weight: weight, script)
    }
}
