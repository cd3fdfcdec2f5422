import Foundation
import MartletCore

extension Conformance {
    /// Rows are read as the types that are asked for.
    static let decodingCases: [ConformanceCase] = [
        ConformanceCase("says which column does not exist") { engine in
            try await engine.withConnection(.readWrite) { connection in
                let rows = try await connection.run("SELECT 1 AS one")
                let error = try await expectError(.undecodable, "a column that is not there") {
                    try rows[0].decode(Int.self, "two")
                }
                try expect(error.message.contains("two"), "the message does not name the column: \(error)")
                try await expectError(.undecodable, "a position that is not there") {
                    try rows[0].decode(Int.self, at: 1)
                }
            }
        },
        ConformanceCase("refuses to read text as a number and NULL as a value") { engine in
            try await engine.withConnection(.readWrite) { connection in
                let rows = try await connection.run("SELECT 'a' AS a, NULL AS b")
                try await expectError(.undecodable, "text as an integer") { try rows[0].decode(Int.self, "a") }
                try await expectError(.undecodable, "NULL as an integer") { try rows[0].decode(Int.self, "b") }
                try expectEqual(try rows[0].decode(Int?.self, "b"), nil, "NULL as an optional")
            }
        },
        ConformanceCase("refuses an integer that is too large for the type") { engine in
            try await engine.withConnection(.readWrite) { connection in
                let rows = try await connection.run("SELECT CAST(\(70_000) AS bigint) AS n")
                try await expectError(.undecodable, "70000 in 16 bits") { try rows[0].decode(Int16.self, "n") }
                try expectEqual(try rows[0].decode(Int32.self, "n"), 70_000, "70000 in 32 bits")
            }
        },
        ConformanceCase("names the columns in order, equal names included") { engine in
            try await engine.withConnection(.readWrite) { connection in
                let rows = try await connection.run("SELECT 1 AS a, 2 AS \"Großer Name\", 3 AS a")
                try expectEqual(rows.columns, ["a", "Großer Name", "a"], "columns")
                try expectEqual(try rows[0].decode(Int.self, at: 2), 3, "the second of two equal names")
            }
        },
        ConformanceCase("returns no rows with their columns") { engine in
            try await engine.withConnection(.readWrite) { connection in
                let rows = try await connection.run("SELECT 1 AS a WHERE 1 = 0")
                try expectEqual(rows.count, 0, "rows")
                try expectEqual(rows.columns, ["a"], "columns of no rows")
            }
        },
        ConformanceCase("keeps rows readable after the connection is closed") { engine in
            let rows = try await engine.withConnection(.readWrite) { try await $0.run("SELECT CAST('kept' AS text)") }
            try expectEqual(try rows[0].decode(String.self, at: 0), "kept", "a cell after close")
            try expect(rows.byteCount > 0, "no bytes are counted")
        },
    ]
}
