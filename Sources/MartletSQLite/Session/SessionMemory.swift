internal import GRDB
internal import MartletCore

/// What a session remembers from one loan of its database to the next.
///
/// Used on the session's thread only.
final class SessionMemory {
    /// Set when SQLite has rolled back an open transaction by itself: the caller still believes to be in it.
    var isTransactionAborted = false

    private struct Entry {
        var parameters: ParameterMap
        var statement: GRDB.Statement?
        var lastUse: Int
    }

    private var entries: [StatementText: Entry] = [:]
    private var uses = 0
    private let keepsStatements: Bool

    /// Distinct statements that are kept prepared: an application has some hundreds, a tool some dozens.
    private static let entriesMax = 256

    /// Keeps statements only where the session always has the same database to itself.
    init(keepsStatements: Bool) {
        self.keepsStatements = keepsStatements
    }

    /// Takes a prepared statement out, so that nobody else steps it meanwhile, or prepares one.
    func takeStatement(_ text: String, from database: Database) throws -> PreparedStatement {
        uses += 1
        let key = StatementText(text)
        if let entry = entries[key] {
            entries[key]?.lastUse = uses
            if let statement = entry.statement {
                entries[key]?.statement = nil
                return PreparedStatement(statement: statement, parameters: entry.parameters)
            }
            return PreparedStatement(statement: try make(text, in: database), parameters: entry.parameters)
        }
        let statement = try make(text, in: database)
        let prepared = PreparedStatement(statement: statement, parameters: ParameterMap(statement))
        if entries.count >= Self.entriesMax, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
        }
        entries[key] = Entry(parameters: prepared.parameters, statement: nil, lastUse: uses)
        return prepared
    }

    /// Puts a statement back that was taken out and has not failed.
    func giveBack(_ prepared: PreparedStatement, text: String) {
        guard keepsStatements else { return }
        entries[StatementText(text)]?.statement = prepared.statement
    }

    /// Forgets all statements.
    func removeAll() {
        entries.removeAll()
    }

    private func make(_ text: String, in database: Database) throws -> GRDB.Statement {
        // A pool has several databases and may close any: there, statements live in each database's own cache.
        if !keepsStatements, entries[StatementText(text)] != nil { return try database.cachedStatement(sql: text) }
        return try database.makeStatement(sql: text)
    }
}
