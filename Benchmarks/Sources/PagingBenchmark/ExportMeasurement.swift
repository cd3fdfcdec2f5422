import Foundation
import Martlet
import MartletCore

/// One export of so many rows: how long it takes, and the most memory that this process ever had.
struct ExportMeasurement {
    static let formats: [String: ExportFormat] = [
        "csv": .csv(), "json-lines": .jsonLines, "copy-csv": .copy(.csv()), "copy-binary": .copy(.binary),
    ]

    let format: ExportFormat
    let rows: Int

    func run(on connection: any Connection) async throws -> String {
        // The server makes rows on the way, so that neither it nor the disk is what is measured.
        let statement: BoundStatement =
            connection.dialect == .postgres
            ? "SELECT generate_series(1, \(rows)) AS id, 'a text as in a table of contacts' AS name, 1.5::float8 AS f"
            : """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
            SELECT i AS id, 'a text as in a table of contacts' AS name, 1.5 AS f FROM n
            """
        let start = ContinuousClock.now
        let summary = try await StatementExport(statement, as: format).write(on: connection) { _ in }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        precondition(summary.rows == rows, "\(summary.rows) rows were exported")
        return #"{"seconds": \#(seconds), "bytes": \#(summary.bytes), "peak_kilobytes": \#(try peakKilobytes())}"#
    }

    /// Of this program alone; what getrusage says counts the one that started it.
    private func peakKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        return status.firstMatch(of: /VmHWM:\s+([0-9]+) kB/).flatMap { Int($0.1) } ?? 0
    }
}
