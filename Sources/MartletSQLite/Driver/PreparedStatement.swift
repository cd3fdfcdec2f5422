internal import GRDB
internal import MartletCore

/// A statement that is ready to be bound and stepped.
struct PreparedStatement {
    let statement: GRDB.Statement
    let parameters: ParameterMap

    /// Binds values; the statement is then at its first step.
    func bind(_ values: [Value], text: String) throws(EngineError) {
        // Tells GRDB that the values are our business, and resets the statement.
        statement.setUncheckedArguments(StatementArguments())
        try parameters.bind(values, to: statement, text: text)
    }

    /// Lets go of the values and of the read lock that a statement in mid-course holds.
    func reset() {
        CStatement(statement).resetAndClear()
    }
}
