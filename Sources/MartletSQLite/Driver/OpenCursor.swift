internal import GRDB
internal import MartletCore

/// A statement in mid-course: it goes on where it stopped.
///
/// Steps go through GRDB, never around it, so that an application's transaction observers see what Martlet changes.
final class OpenCursor {
    private let prepared: PreparedStatement
    private let rows: RowCursor?
    private var columns: [String]
    private var reprepareCount: Int

    /// Starts a bound statement.
    init(_ prepared: PreparedStatement) throws {
        self.prepared = prepared
        let pointer = CStatement(prepared.statement)
        columns = pointer.columnNames
        reprepareCount = pointer.reprepareCount
        rows = columns.isEmpty ? nil : try GRDB.Row.fetchCursor(prepared.statement)
    }

    /// Reads the next rows; fewer than the limit only at the end.
    func next(limit: Int, database: Database) throws -> MartletCore.Rows {
        let changesBefore = database.totalChangesCount
        var cells = Cells()
        var count = 0
        if let rows {
            while count < limit, try rows.next() != nil {
                if count == 0 { refreshColumns() }
                CStatement(prepared.statement).appendRow(to: &cells, width: columns.count)
                count += 1
            }
        } else {
            try prepared.statement.execute()
        }
        let hasChanged = database.totalChangesCount != changesBefore
        return MartletCore.Rows(
            columns: columns,
            affectedRows: hasChanged ? database.changesCount : count,
            storage: CellStorage(cells, width: columns.count, rowCount: count)
        )
    }

    /// Runs to the end; the rows are counted and not read.
    func countRows() throws -> Int {
        guard let rows else {
            try prepared.statement.execute()
            return 0
        }
        var count = 0
        while try rows.next() != nil { count += 1 }
        return count
    }

    /// `SELECT *` has other columns once the table has: SQLite prepares the statement anew at its first step.
    private func refreshColumns() {
        let pointer = CStatement(prepared.statement)
        guard pointer.reprepareCount != reprepareCount else { return }
        reprepareCount = pointer.reprepareCount
        columns = pointer.columnNames
    }

    func reset() {
        prepared.reset()
    }
}
