internal import GRDB
internal import MartletCore

/// A database while a session has it. Used on the session's thread only.
final class SessionDatabase {
    let database: Database
    let memory: SessionMemory
    private let mailbox: Mailbox
    private var cursors: [Int: OpenCursor] = [:]

    init(_ database: Database, memory: SessionMemory, mailbox: Mailbox) {
        self.database = database
        self.memory = memory
        self.mailbox = mailbox
    }

    var interrupter: Interrupter? { Interrupter(database) }

    /// Whether the next job must find the same database.
    var needsItsDatabase: Bool {
        database.isInsideTransaction || !cursors.isEmpty
    }

    /// Runs one statement and reads all its rows.
    func run(_ bound: BoundStatement) throws(EngineError) -> MartletCore.Rows {
        let text = bound.statement.text
        if let answer = try answerWithinAbortedTransaction(text) { return answer }
        return try attempt(text) {
            let prepared = try memory.takeStatement(text, from: database)
            let cursor: OpenCursor
            do {
                try prepared.bind(bound.values, text: text)
                cursor = try OpenCursor(prepared)
            } catch {
                prepared.reset()
                memory.giveBack(prepared, text: text)
                throw error
            }
            defer { cursor.reset() }
            let rows = try cursor.next(limit: .max, database: database)
            // A statement that has failed is not worth keeping: SQLite may not be able to reset it.
            memory.giveBack(prepared, text: text)
            return rows
        }
    }

    /// Runs all statements of a script in order.
    func runScript(_ sql: String) throws(EngineError) {
        if memory.isTransactionAborted { _ = try answerWithinAbortedTransaction(sql) }
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

    /// Runs work of which all takes effect or nothing.
    func atomically<Success>(
        writes: Bool,
        _ body: () throws(EngineError) -> Success
    ) throws(EngineError) -> Success {
        if memory.isTransactionAborted { throw .transactionWasAborted }
        let isNested = database.isInsideTransaction
        // A transaction that reads first and writes later may find its snapshot stale: it takes the lock at once.
        let begin = isNested ? "SAVEPOINT martlet_batch" : writes ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED"
        try control(begin)
        do {
            let success = try body()
            try control(isNested ? "RELEASE martlet_batch" : "COMMIT")
            return success
        } catch {
            mailbox.shielded {
                // SQLite may have rolled back by itself, and then these find nothing to do.
                if isNested {
                    try? database.execute(sql: "ROLLBACK TO martlet_batch; RELEASE martlet_batch")
                } else {
                    try? database.execute(sql: "ROLLBACK")
                }
            }
            // Without a transaction around it, the caller has none to end.
            memory.isTransactionAborted = isNested && !database.isInsideTransaction
            throw error
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
        let wasInTransaction = database.isInsideTransaction
        do {
            try checkInterruption()
            return try body()
        } catch {
            let interruption = mailbox.interruption
            // https://www.sqlite.org/c3ref/interrupt.html: until no statement is in mid-course, all that follow fail too.
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

    private func control(_ sql: String) throws(EngineError) {
        _ = try run(BoundStatement(Statement(unsafeText: sql)))
    }

    /// SQLite goes back to committing each statement by itself when it has rolled back a transaction on its own; a
    /// caller that has not noticed must not have the rest of its work committed piece by piece.
    private func answerWithinAbortedTransaction(_ text: String) throws(EngineError) -> MartletCore.Rows? {
        guard memory.isTransactionAborted else { return nil }
        guard text.endsTransaction else { throw .transactionWasAborted }
        memory.isTransactionAborted = false
        guard text.isRollback else { throw .transactionWasAborted }
        return MartletCore.Rows(columns: [], values: [])
    }
}

// MARK: Streams

extension SessionDatabase {
    /// Starts a statement whose rows are read in batches; `id` names it from now on.
    func open(_ bound: BoundStatement, id: Int) throws(EngineError) {
        let text = bound.statement.text
        if memory.isTransactionAborted { throw .transactionWasAborted }
        cursors[id] = try attempt(text) {
            // Not a kept one: the body may run the same statement while this one is in mid-course.
            let statement = try database.makeStatement(sql: text)
            let prepared = PreparedStatement(statement: statement, parameters: ParameterMap(statement))
            try prepared.bind(bound.values, text: text)
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

extension EngineError {
    /// What a caller is told who goes on after SQLite has rolled back.
    fileprivate static let transactionWasAborted = EngineError(
        .transactionAborted,
        "The transaction was rolled back when one of its statements failed; end it with ROLLBACK and run it again."
    )
}

extension String {
    private var firstWord: String {
        String(drop(while: \.isWhitespace).prefix(while: \.isLetter)).uppercased()
    }

    /// Whether the statement closes the transaction, as far as its first words tell.
    fileprivate var endsTransaction: Bool {
        firstWord == "COMMIT" || firstWord == "END" || isRollback
    }

    /// ROLLBACK, but not ROLLBACK TO a savepoint.
    fileprivate var isRollback: Bool {
        firstWord == "ROLLBACK" && !uppercased().split(whereSeparator: \.isWhitespace).contains("TO")
    }
}
