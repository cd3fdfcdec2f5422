internal import GRDB
internal import MartletCore

extension SessionDatabase {
    /// Runs work of which all takes effect or nothing.
    func atomically<Success>(
        writes: Bool,
        _ body: () throws(EngineError) -> Success
    ) throws(EngineError) -> Success {
        let isNested = database.isInsideTransaction
        // A transaction that reads first and writes later may find its snapshot stale: it takes the lock at once.
        let begin = isNested ? "SAVEPOINT martlet_batch" : writes ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED"
        try control(begin)
        do {
            let success = try body()
            try control(isNested ? "RELEASE martlet_batch" : "COMMIT")
            return success
        } catch {
            undo(isNested: isNested)
            throw error
        }
    }

    /// Runs work of which nothing remains.
    func undone<Success>(
        writes: Bool,
        _ body: () throws(EngineError) -> Success
    ) throws(EngineError) -> Success {
        let isNested = database.isInsideTransaction
        guard writes || isNested else { return try body() }
        try control(isNested ? "SAVEPOINT martlet_batch" : "BEGIN IMMEDIATE")
        defer { undo(isNested: isNested) }
        return try body()
    }

    /// Whether a transaction is open, and the statement would end it.
    func endsItsTransaction(_ bound: BoundStatement) -> Bool {
        database.isInsideTransaction && bound.statement.text.endsTransaction
    }

    private func undo(isNested: Bool) {
        mailbox.shielded {
            // SQLite may have rolled back by itself, and then these find nothing to do.
            try? database.execute(sql: isNested ? "ROLLBACK TO martlet_batch; RELEASE martlet_batch" : "ROLLBACK")
        }
        // Without a transaction around the work, the caller has none to end.
        memory.isTransactionAborted = isNested && !database.isInsideTransaction
    }

    private func control(_ sql: String) throws(EngineError) {
        _ = try run(BoundStatement(Statement(unsafeText: sql)))
    }

    /// SQLite goes back to committing each statement by itself when it has rolled back a transaction on its own; a
    /// caller that has not noticed must not have the rest of its work committed piece by piece.
    func endAbortedTransaction(_ text: String) throws(EngineError) {
        guard memory.isTransactionAborted else { return }
        if text.endsTransaction { memory.isTransactionAborted = false }
        // ROLLBACK finds that what it asks for has been done: SQLite refuses it, so it is given a transaction to end.
        guard text.isRollback else { throw .transactionWasAborted }
        do { try database.beginTransaction(.deferred) } catch { throw EngineError(error, statement: text) }
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
    private var firstWord: SQLWord? { SQLWord.first(of: self, dialect: .sqlite) }

    /// Whether the statement closes the transaction, as far as its words tell.
    var endsTransaction: Bool {
        guard let first = firstWord else { return false }
        return first.is("commit") || first.is("end") || isRollback
    }

    /// ROLLBACK, but not ROLLBACK TO a savepoint.
    fileprivate var isRollback: Bool {
        firstWord?.is("rollback") == true && !SQLWord.words(of: self, dialect: .sqlite).contains { $0.is("to") }
    }
}
