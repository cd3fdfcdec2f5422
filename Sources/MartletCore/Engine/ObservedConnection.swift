/// A connection that tells an observer of each call that carries statements.
///
/// `explain`, `catalog` and `statementStatistics` are not told of: they are questions about the application's work,
/// not part of it.
package final class ObservedConnection: ForwardingConnection {
    package let base: any Connection
    private let observer: any ConnectionObserver

    package init(_ base: any Connection, observer: any ConnectionObserver) {
        self.base = base
        self.observer = observer
    }

    package func run(_ statement: BoundStatement, timeout: Duration?) async throws(EngineError) -> Rows {
        let call = observer.willSend([statement], dialect: dialect)
        do {
            let rows = try await base.run(statement, timeout: timeout)
            call.received(rows, ofStatementAt: 0)
            await call.ended(nil)
            return rows
        } catch {
            await call.ended(error)
            throw error
        }
    }

    package func runPipelined(
        _ statements: [BoundStatement],
        timeout: Duration?
    ) async throws(EngineError) -> [Rows] {
        let call = observer.willSend(statements, dialect: dialect)
        do {
            let results = try await base.runPipelined(statements, timeout: timeout)
            for (position, rows) in results.enumerated() { call.received(rows, ofStatementAt: position) }
            await call.ended(nil)
            return results
        } catch {
            await call.ended(error)
            throw error
        }
    }

    package func runScript(_ sql: String) async throws(EngineError) {
        let call = observer.willSend([BoundStatement(Statement(unsafeText: sql))], dialect: dialect)
        do {
            try await base.runScript(sql)
            await call.ended(nil)
        } catch {
            await call.ended(error)
            throw error
        }
    }

    package func stream(
        _ statement: BoundStatement,
        batchRows: Int,
        _ body: (Rows) async throws -> Void
    ) async throws {
        let call = observer.willSend([statement], dialect: dialect)
        do {
            try await base.stream(statement, batchRows: batchRows) { rows in
                call.received(rows, ofStatementAt: 0)
                try await body(rows)
            }
            await call.ended(nil)
        } catch {
            await call.ended(error)
            throw error
        }
    }

    package func copyOut(
        _ statement: BoundStatement,
        as format: CopyFormat,
        _ body: (ArraySlice<UInt8>) async throws -> Void
    ) async throws -> Int {
        let call = observer.willSend([statement], dialect: dialect)
        do {
            var bytes = 0
            let rows = try await base.copyOut(statement, as: format) { piece in
                bytes += piece.count
                try await body(piece)
            }
            call.copied(rows: rows, bytes: bytes)
            await call.ended(nil)
            return rows
        } catch {
            await call.ended(error)
            throw error
        }
    }

    package func load(
        _ rows: [[Value]],
        into table: QualifiedName,
        columns: [String]
    ) async throws(EngineError) -> Int {
        let call = observer.willSend([loadStatement(table, columns: columns)], dialect: dialect)
        do {
            let count = try await base.load(rows, into: table, columns: columns)
            await call.ended(nil)
            return count
        } catch {
            await call.ended(error)
            throw error
        }
    }

    /// A load has no text of its own; this one says what it does, without its rows.
    private func loadStatement(_ table: QualifiedName, columns: [String]) -> BoundStatement {
        let list = columns.map { Identifier($0).quoted }.joined(separator: ", ")
        let text =
            switch dialect {
            case .postgres: "COPY \(table.quoted) (\(list)) FROM STDIN"
            case .sqlite: "INSERT INTO \(table.quoted) (\(list)) VALUES (?)"
            }
        return BoundStatement(Statement(unsafeText: text))
    }
}
