internal import GRDB
internal import MartletCore

/// A database while a session has it.
///
/// Used on the session's thread only.
final class SessionDatabase {
    let database: Database
    let memory: SessionMemory
    let mailbox: Mailbox
    private var cursors: [Int: OpenCursor] = [:]

    init(_ database: Database, memory: SessionMemory, mailbox: Mailbox) {
        self.database = database
        self.memory = memory
        self.mailbox = mailbox
    }

    var interrupter: Interrupter? { Interrupter(database) }

    /// What the next caller would find.
    var standing: SessionStanding {
        database.isInsideTransaction || memory.isTransactionAborted ? .inTransaction : .ready
    }

    /// Whether the next job must find the same database.
    var needsItsDatabase: Bool {
        database.isInsideTransaction || !cursors.isEmpty
    }

    /// Runs one statement and reads all its rows.
    ///
    /// With `bindsValues` false its placeholders stay NULL.
    func run(_ bound: BoundStatement, bindsValues: Bool = true) throws(EngineError) -> MartletCore.Rows {
        try withCursor(bound, bindsValues: bindsValues) { prepared in
            try OpenCursor(prepared).next(limit: .max, database: database)
        }
    }

    /// Runs one statement to its end and keeps nothing of its rows.
    func measure(_ bound: BoundStatement) throws(EngineError) -> StatementMeasurement {
        try withCursor(bound, bindsValues: true) { prepared in
            let pointer = CStatement(prepared.statement)
            _ = pointer.takeVirtualMachineSteps()
            let start = ContinuousClock.now
            let rows = try OpenCursor(prepared).countRows()
            let duration = ContinuousClock.now - start
            return StatementMeasurement(
                rows: rows,
                seconds: duration / .seconds(1),
                virtualMachineSteps: pointer.takeVirtualMachineSteps()
            )
        }
    }

    private func withCursor<Success>(
        _ bound: BoundStatement,
        bindsValues: Bool,
        _ body: (PreparedStatement) throws -> Success
    ) throws(EngineError) -> Success {
        let text = bound.statement.text
        return try attempt(text) {
            let prepared = try memory.takeStatement(text, from: database)
            defer { prepared.reset() }
            do {
                prepared.start()
                if bindsValues { try prepared.parameters.bind(bound.values, to: prepared.statement, text: text) }
            } catch {
                memory.giveBack(prepared, text: text)
                throw error
            }
            let success = try body(prepared)
            // A statement that has failed is not worth keeping: SQLite may not be able to reset it.
            memory.giveBack(prepared, text: text)
            return success
        }
    }

    /// Steps through a statement until the body returns false.
    func step(_ sql: String, values: [Value], _ body: (CurrentRow) -> Bool) throws(EngineError) {
        let bound = BoundStatement(Statement(unsafeText: sql), values: values)
        try withCursor(bound, bindsValues: true) { prepared in
            let rows = try GRDB.Row.fetchCursor(prepared.statement)
            let row = CurrentRow(prepared.statement)
            while try rows.next() != nil, body(row) {}
        }
    }

    /// Runs one insert for each row.
    func insert(_ rows: [[Value]], text: String) throws(EngineError) {
        try withCursor(BoundStatement(Statement(unsafeText: text)), bindsValues: false) { prepared in
            for row in rows {
                try checkInterruption()
                prepared.start()
                try prepared.parameters.bind(row, to: prepared.statement, text: text)
                try prepared.statement.execute()
            }
        }
    }

    /// Runs all statements of a script in order.
    func runScript(_ sql: String) throws(EngineError) {
        try attempt(sql) {
            let statements = try database.allStatements(sql: sql)
            while let statement = try statements.next() {
                try checkInterruption()
                if CStatement(statement).parameterNames.isEmpty == false {
                    throw EngineError(.invalidBinding, "A script takes no values; run this statement by itself.")
                }
                statement.setUncheckedArguments(StatementArguments())
                try statement.execute()
            }
        }
    }

    /// Whether a statement leaves the database as it is; false where SQLite cannot tell yet.
    func isReadOnly(_ text: String) -> Bool {
        guard let prepared = try? memory.takeStatement(text, from: database) else { return false }
        defer { memory.giveBack(prepared, text: text) }
        return prepared.statement.isReadonly
    }

    /// Maps errors, and ends what an interrupt has touched.
    func attempt<Success>(_ text: String, _ body: () throws -> Success) throws(EngineError) -> Success {
        try endAbortedTransaction(text)
        let wasInTransaction = database.isInsideTransaction
        do {
            try checkInterruption()
            return try body()
        } catch {
            let interruption = mailbox.interruption
            // Until no statement is in mid-course, all others fail too: https://www.sqlite.org/c3ref/interrupt.html
            if interruption != nil { closeCursors() }
            if wasInTransaction, !database.isInsideTransaction, !text.endsTransaction {
                memory.isTransactionAborted = true
            }
            let mapped = EngineError(error, statement: text)
            guard let interruption, mapped.code == .cancelled || mapped.code == .lockTimeout else { throw mapped }
            throw interruption.error(statement: text)
        }
    }

    /// Throws if the running job is to end.
    func checkInterruption() throws(EngineError) {
        if let interruption = mailbox.interruption { throw interruption.error(statement: nil) }
    }

    /// Resets what is in mid-course and rolls back what is open.
    func leave() {
        mailbox.shielded {
            closeCursors()
            if database.isInsideTransaction { try? database.rollback() }
        }
    }

}

// MARK: Streams

extension SessionDatabase {
    /// Starts a statement whose rows are read in batches; `id` names it from now on.
    func open(_ bound: BoundStatement, id: Int) throws(EngineError) {
        let text = bound.statement.text
        cursors[id] = try attempt(text) {
            // Not a kept one: the body may run the same statement while this one is in mid-course.
            let statement = try database.makeStatement(sql: text)
            let prepared = PreparedStatement(statement: statement, parameters: ParameterMap(statement))
            prepared.start()
            try prepared.parameters.bind(bound.values, to: statement, text: text)
            return try OpenCursor(prepared)
        }
    }

    /// Reads the next rows of a stream; fewer than the limit only at the end.
    func next(_ id: Int, limit: Int, text: String) throws(EngineError) -> MartletCore.Rows {
        try attempt(text) {
            guard let cursor = cursors[id] else {
                throw EngineError(.cancelled, "The stream was ended by the interruption of another statement.")
            }
            return try cursor.next(limit: limit, database: database)
        }
    }

    /// Ends a stream, at its end or before.
    func closeCursor(_ id: Int) {
        cursors.removeValue(forKey: id)?.reset()
    }

    private func closeCursors() {
        for cursor in cursors.values { cursor.reset() }
        cursors.removeAll()
    }
}
