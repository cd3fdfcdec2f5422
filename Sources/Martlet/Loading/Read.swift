public import MartletCore

/// One of several reads that do not need one another's results, and how to read its rows.
///
///     Read("SELECT count(*) FROM chats WHERE user_id = \(id)") { rows in try rows[0].decode(Int.self, at: 0) }
public struct Read<Success: Sendable>: Sendable {
    /// What is run.
    public let statement: BoundStatement
    let decode: @Sendable (Rows) throws -> Success

    /// A read whose result is made of all its rows.
    public init(_ statement: BoundStatement, _ decode: @escaping @Sendable (Rows) throws -> Success) {
        self.statement = statement
        self.decode = decode
    }

    /// A read whose result is its rows as they are.
    public init(_ statement: BoundStatement) where Success == Rows {
        self.init(statement) { $0 }
    }

    /// A read whose result is a list with one element for each row.
    public init<Element>(
        each statement: BoundStatement,
        _ decode: @escaping @Sendable (Row) throws -> Element
    ) where Success == [Element] {
        self.init(statement) { rows in try rows.map { try decode($0) } }
    }
}
