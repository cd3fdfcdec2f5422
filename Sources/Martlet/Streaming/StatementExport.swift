public import MartletCore

/// Writes all rows of a statement as text, with memory that does not grow with their number.
///
///     let export = StatementExport("SELECT * FROM contacts WHERE tenant = \(tenant) ORDER BY id", as: .csv())
///     let progress = try await export.write(on: connection) { chunk in try await response.write(chunk) }
///
/// Rows are read only as fast as `write` takes them. In memory at a time: `batchRows` rows and one chunk. When the task
/// is cancelled or `write` throws, the statement is cancelled on the server and the connection stays usable. The
/// connection does nothing else meanwhile, and on PostgreSQL the rows are those of one snapshot, which keeps dead rows
/// from being cleaned up for as long; `PagedStatement.forEachPage` does not.
public struct StatementExport: Sendable {
    /// Bytes of a chunk, roughly: enough that a chunk costs little beside its rows.
    public static let chunkBytes = 65_536

    private let statement: BoundStatement
    private let format: ExportFormat
    private let batchRows: Int

    /// Says what is exported, and how.
    ///
    /// - Parameters:
    ///   - statement: what is read.
    ///   - format: how it is written.
    ///   - batchRows: rows that are in memory at a time; fewer where rows are wide.
    public init(_ statement: BoundStatement, as format: ExportFormat, batchRows: Int = 500) {
        precondition(batchRows > 0, "a batch needs a row")
        self.statement = statement
        self.format = format
        self.batchRows = batchRows
    }

    /// All columns of a table, in no order.
    public init(of table: QualifiedName, as format: ExportFormat, batchRows: Int = 500) {
        self.init("SELECT * FROM \(table)", as: format, batchRows: batchRows)
    }

    /// Reads the rows and hands them over in chunks of about `chunkBytes`, more where a row is larger.
    ///
    /// Chunks are UTF-8 and end with a line, except those of `.copy(.binary)`, which end with a row and are no text.
    /// One round trip before the first chunk. A statement without rows writes nothing, its header neither, but by
    /// `.copy` its header; see `Connection.copyOut` for what its values cost.
    ///
    /// - Returns: what was written.
    @discardableResult
    public func write(
        on connection: any Connection,
        to write: (ArraySlice<UInt8>) async throws -> Void
    ) async throws -> ExportSummary {
        switch format {
        case .csv(let header):
            try await stream(on: connection, to: write) { CSVEncoder(columns: $0, writesHeader: header) }
        case .jsonLines: try await stream(on: connection, to: write) { JSONLineEncoder(columns: $0) }
        case .copy(let format): try await copy(as: format, on: connection, to: write)
        }
    }

    private func stream(
        on connection: any Connection,
        to write: (ArraySlice<UInt8>) async throws -> Void,
        _ makeEncoder: ([String]) -> some RowEncoder
    ) async throws -> ExportSummary {
        var summary = ExportSummary()
        var encoder: (any RowEncoder)?
        var chunk: [UInt8] = []
        chunk.reserveCapacity(Self.chunkBytes * 5 / 4)
        try await connection.stream(statement, batchRows: batchRows) { rows in
            let writer = encoder ?? makeEncoder(rows.columns)
            if encoder == nil { writer.begin(&chunk) }
            encoder = writer
            for row in rows {
                writer.append(row, to: &chunk)
                guard chunk.count >= Self.chunkBytes else { continue }
                summary.bytes += chunk.count
                try await write(chunk[...])
                chunk.removeAll(keepingCapacity: true)
            }
            summary.rows += rows.count
        }
        if !chunk.isEmpty {
            summary.bytes += chunk.count
            try await write(chunk[...])
        }
        return summary
    }

    private func copy(
        as format: CopyFormat,
        on connection: any Connection,
        to write: (ArraySlice<UInt8>) async throws -> Void
    ) async throws -> ExportSummary {
        var summary = ExportSummary()
        summary.rows = try await connection.copyOut(statement, as: format) { piece in
            summary.bytes += piece.count
            try await write(piece)
        }
        return summary
    }
}
