internal import GRDB

/// A statement that is ready to be bound and stepped.
struct PreparedStatement {
    let statement: GRDB.Statement
    let parameters: ParameterMap

    /// Goes back to the first step, with all values NULL.
    func start() {
        // Tells GRDB that the values are our business.
        statement.setUncheckedArguments(StatementArguments())
    }

    /// Lets go of the values and of the read lock that a statement in mid-course holds.
    func reset() {
        CStatement(statement).resetAndClear()
    }
}
