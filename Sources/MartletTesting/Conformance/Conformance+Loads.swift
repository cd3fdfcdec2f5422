import MartletCore

extension Conformance {
    /// Many rows are added at once, all or none.
    static let loadCases: [ConformanceCase] = [
        ConformanceCase("loads ten thousand rows", run: loadsMany),
        ConformanceCase("loads all rows or none", run: loadsAllOrNone),
        ConformanceCase("loads texts that look like its own notation", run: loadsHarmlessly),
    ]

    private static func name(_ table: Identifier, _ engine: any Engine) -> QualifiedName {
        QualifiedName(schema: engine.differences.schema, name: table.name)
    }

    private static func loadsMany(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_loads_many"
        let types = engine.differences
        let columns = """
            id bigint PRIMARY KEY, flag \(types.name(of: .boolean)), share \(types.name(of: .double)),
            day \(types.name(of: .date)), at \(types.name(of: .timestamp)), raw \(types.name(of: .bytes))
            """
        try await engine.withTables((table, columns)) { connection in
            let rows = (0..<10_000)
                .map { number -> [Value] in
                    [
                        .integer(Int64(number)), .bool(number.isMultiple(of: 2)), .double(Double(number) / 4),
                        .date(CalendarDate(daysSince1970: number)),
                        .timestamp(Timestamp(microsecondsSince1970: Int64(number) * 1_000_003)),
                        number.isMultiple(of: 3) ? .null : .bytes([UInt8(number % 256), 0]),
                    ]
                }
            let names = ["id", "flag", "share", "day", "at", "raw"]
            let loaded = try await connection.load(rows, into: name(table, engine), columns: names)
            try expectEqual(loaded, 10_000, "rows that load counted")
            try expectEqual(try await connection.count(table), 10_000, "rows in the table")
            let row = try await connection.run("SELECT * FROM \(table) WHERE id = \(4_321)")[0]
            try expectEqual(try row.decode(Bool.self, "flag"), false, "flag")
            try expectEqual(try row.decode(Double.self, "share"), 1_080.25, "share")
            try expectEqual(try row.decode(CalendarDate.self, "day"), CalendarDate(daysSince1970: 4_321), "day")
            let moment = Timestamp(microsecondsSince1970: 4_321 * 1_000_003)
            try expectEqual(try row.decode(Timestamp.self, "at"), moment, "at")
            try expectEqual(row["raw"], .bytes([225, 0]), "raw")
            let nulls = try await connection.number("SELECT count(*) FROM \(table) WHERE raw IS NULL")
            try expectEqual(nulls, 3_334, "NULLs")
            let none = try await connection.load([], into: name(table, engine), columns: names)
            try expectEqual(none, 0, "no rows")
        }
    }

    private static func loadsAllOrNone(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_loads_atomic"
        try await engine.withTables((table, "id bigint PRIMARY KEY")) { connection in
            var rows = (0..<10_000).map { [Value.integer(Int64($0))] }
            rows.append([.integer(0)])
            try await expectError(.uniqueViolation, "loading one row twice") {
                try await connection.load(rows, into: name(table, engine), columns: ["id"])
            }
            try expectEqual(try await connection.count(table), 0, "rows after a failed load")
            try await expectError(.invalidBinding, "a row with a value too many") {
                try await connection.load([[1], [2, 3]], into: name(table, engine), columns: ["id"])
            }
            try expectEqual(try await connection.count(table), 0, "rows after a wrong row")
            try await expectError(.undefinedObject, "loading into nothing") {
                let missing = name("conformance_loads_missing", engine)
                return try await connection.load([[1]], into: missing, columns: ["id"])
            }
            rows.removeLast()
            let loaded = try await connection.load(rows, into: name(table, engine), columns: ["id"])
            try expectEqual(loaded, 10_000, "rows of the load after")
        }
    }

    private static func loadsHarmlessly(_ engine: any Engine) async throws {
        let texts = [
            "", "\\N", "\\.", "a\tb", "a\nb", "a\r\nb", "\\t", "\"quoted\"", "a,b", "NULL", "🦉", "back\\", "\\\\", "'",
        ]
        let table: Identifier = "conformance_loads \"Odd\" name"
        try await engine.withTables((table, "id bigint, \"V v\" text")) { connection in
            let rows = texts.enumerated().map { [Value.integer(Int64($0.offset)), .text($0.element)] }
            _ = try await connection.load(rows, into: name(table, engine), columns: ["id", "V v"])
            let read = try await connection.run("SELECT \"V v\" FROM \(table) ORDER BY id")
            try expectEqual(try read.map { try $0.decode(String.self, at: 0) }, texts, "texts")
        }
    }
}
