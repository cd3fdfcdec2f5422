import MartletCore

/// A connection that appends a comment to each statement.
final class CommentingConnection: ForwardingConnection {
    let base: any Connection
    private let comment: StatementComment

    init(_ base: any Connection, comment: StatementComment) {
        self.base = base
        self.comment = comment
    }

    func run(_ statement: BoundStatement, timeout: Duration?) async throws(EngineError) -> Rows {
        try await base.run(comment.appended(to: statement), timeout: timeout)
    }

    func runPipelined(_ statements: [BoundStatement], timeout: Duration?) async throws(EngineError) -> [Rows] {
        try await base.runPipelined(statements.map(comment.appended), timeout: timeout)
    }

    func stream(
        _ statement: BoundStatement,
        batchRows: Int,
        _ body: (Rows) async throws -> Void
    ) async throws {
        try await base.stream(comment.appended(to: statement), batchRows: batchRows, body)
    }

    func copyOut(
        _ statement: BoundStatement,
        as format: CopyFormat,
        _ body: (ArraySlice<UInt8>) async throws -> Void
    ) async throws -> Int {
        try await base.copyOut(comment.appended(to: statement), as: format, body)
    }
}
