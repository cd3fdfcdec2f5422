import MartletCore

extension Conformance {
    /// Rows come in batches, and only when they are wanted.
    static let streamCases: [ConformanceCase] = [
        ConformanceCase("streams 200,000 rows in batches of a bounded size", run: streamsAll),
        ConformanceCase("ends a stream whose body throws, and the connection stays usable", run: endsEarly),
        ConformanceCase("reads no more of a stream than was asked for") { engine in
            // Without back-pressure this would never return: the statement has no end.
            try await engine.withConnection(.readWrite) { connection in
                var seen = 0
                do {
                    try await connection.stream(
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
                        batchRows: 100
                    ) { batch in
                        seen += batch.count
                        if seen >= 300 { throw BodyError() }
                    }
                    throw ConformanceFailure("an endless stream came to an end")
                } catch is BodyError {}
                try expectEqual(seen, 300, "rows seen")
                try expectEqual(try await connection.number("SELECT 1"), 1, "the statement after")
            }
        },
        ConformanceCase("streams no rows as no batch") { engine in
            try await engine.withConnection(.readWrite) { connection in
                var batches = 0
                try await connection.stream("SELECT 1 WHERE 1 = 0", batchRows: 10) { _ in batches += 1 }
                try expectEqual(batches, 0, "batches")
            }
        },
        ConformanceCase("passes an error of a streamed statement on") { engine in
            try await engine.withConnection(.readWrite) { connection in
                try await expectError(.undefinedObject, "streaming a table that does not exist") {
                    try await connection.stream("SELECT * FROM conformance_streams_missing", batchRows: 10) { _ in }
                }
                try expectEqual(try await connection.number("SELECT 1"), 1, "the statement after")
            }
        },
    ]

    private static func streamsAll(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_streams_all"
        let rows = 200_000
        try await engine.withTables((table, "id bigint PRIMARY KEY, v text")) { connection in
            try await connection.run(engine.differences.fill(table, rows: rows))
            var next = 1
            var largest = 0
            var batches = 0
            try await connection.stream("SELECT id FROM \(table) WHERE id > \(0) ORDER BY id", batchRows: 1_000) {
                batch in
                largest = max(largest, batch.count)
                batches += 1
                for row in batch {
                    try expectEqual(try row.decode(Int.self, at: 0), next, "row \(next)")
                    next += 1
                }
            }
            try expectEqual(next - 1, rows, "rows")
            try expectEqual(largest, 1_000, "rows of the largest batch")
            try expectEqual(batches, 200, "batches")
        }
    }

    private static func endsEarly(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_streams_early"
        try await engine.withTables((table, "id bigint PRIMARY KEY")) { connection in
            try await connection.run(engine.differences.fill(table, rows: 5_000))
            for _ in 0..<3 {
                do {
                    try await connection.stream("SELECT id FROM \(table)", batchRows: 10) { _ in throw BodyError() }
                    throw ConformanceFailure("the error of the body was swallowed")
                } catch is BodyError {}
                try expectEqual(try await connection.count(table), 5_000, "rows read by the statement after")
            }
            // A statement left half way would still hold its lock.
            try await connection.run("DELETE FROM \(table)")
        }
    }
}
