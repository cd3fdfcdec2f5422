import Foundation
import MartletCore

extension Conformance {
    /// What is stored comes back as it was.
    static let valueCases: [ConformanceCase] = [
        ConformanceCase("stores integers of 64 bits") { engine in
            try await roundTrip([0, 1, -1, Int64.max, Int64.min, 4_294_967_296], .integer, "integers", engine)
        },
        ConformanceCase("stores truth values") { engine in
            try await roundTrip([true, false], .boolean, "booleans", engine)
        },
        ConformanceCase("stores floating-point numbers, the extremes and the infinite ones included") { engine in
            let numbers = [
                0, 0.1, -1.5, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity, -.infinity, 1e300, .pi,
            ]
            try await roundTrip(numbers, .double, "doubles", engine)
        },
        ConformanceCase("stores NaN or says that it cannot", run: storesNaN),
        ConformanceCase("stores decimals without rounding them") { engine in
            let numbers = ["0", "12.50", "-0.001", "123456789012345678901234567890.123456789"]
            try await roundTrip(numbers.compactMap { DecimalNumber($0) }, .decimal, "decimals", engine)
        },
        ConformanceCase("stores text of all kinds") { engine in
            let texts = [
                "", " ", "plain", "it's \"quoted\"", "back\\slash", "tab\tline\nend\r\n", "🦉👩‍👩‍👧", "e\u{301}", "日本語",
                "\u{FEFF}mark", "NULL", "\\N", "{a,b}",
            ]
            try await roundTrip(texts, .text, "texts", engine)
        },
        ConformanceCase("stores text of five million characters") { engine in
            try await roundTrip([String(repeating: "0123456789", count: 500_000)], .text, "long", engine)
        },
        ConformanceCase("stores bytes, zeros and none included") { engine in
            let blobs: [[UInt8]] = [[], [0], Array(0...255), Array(repeating: 7, count: 100_000)]
            try await roundTrip(blobs.map { Value.bytes($0) }, .bytes, "bytes", engine)
        },
        ConformanceCase("stores days") { engine in
            let days = ["1970-01-01", "2024-02-29", "1899-12-31", "9999-12-31"].compactMap { CalendarDate($0) }
            try await roundTrip(days, .date, "days", engine)
        },
        ConformanceCase("stores instants to the microsecond") { engine in
            let instants: [Int64] = [0, 1, -1, 1_700_000_000_123_456, -2_000_000_000_000_001]
            var values = instants.map { Timestamp(microsecondsSince1970: $0) }
            if engine.differences.storesInfiniteTime { values += [.distantFuture, .distantPast] }
            try await roundTrip(values, .timestamp, "instants", engine)
        },
        ConformanceCase("stores identifiers") { engine in
            let fixed = UUID(uuidString: "6F9619FF-8B86-D011-B42D-00C04FC964FF")
            try await roundTrip([fixed, UUID()].compactMap(\.self), .uuid, "uuids", engine)
        },
        ConformanceCase("stores JSON documents as they were written", run: storesDocuments),
        ConformanceCase("stores arrays, or their JSON", run: storesArrays),
        ConformanceCase("finds the rows whose column is one of many values", run: findsMembers),
    ]

    /// Stores each value and NULL, and reads them back as the type they were.
    private static func roundTrip<T: ValueConvertible & ValueDecodable & Equatable & Sendable>(
        _ values: [T],
        _ type: ConformanceDialect.ColumnType,
        _ what: String,
        _ engine: any Engine
    ) async throws {
        let table = Identifier("conformance_values_\(what)")
        let columns = "id bigint PRIMARY KEY, v \(engine.differences.name(of: type))"
        try await engine.withTables((table, columns)) { connection in
            for (id, value) in values.enumerated() {
                try await connection.run("INSERT INTO \(table) (id, v) VALUES (\(id), \(value))")
            }
            try await connection.run("INSERT INTO \(table) (id, v) VALUES (\(values.count), \(T?.none))")
            let rows = try await connection.run("SELECT v FROM \(table) ORDER BY id")
            try expectEqual(rows.count, values.count + 1, "rows of \(what)")
            for (id, value) in values.enumerated() {
                try expectEqual(try rows[id].decode(T.self, "v"), value, "\(what), value \(id)")
                try expectEqual(try rows[id].decode(T?.self, at: 0), value, "\(what), optional value \(id)")
            }
            try expectEqual(try rows[values.count].decode(T?.self, "v"), nil, "NULL of \(what)")
            try expect(rows[values.count][0].isNull, "NULL of \(what) is not .null")
        }
    }

    private static func storesNaN(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_values_nan"
        try await engine.withTables((table, "v double precision")) { connection in
            let insert: BoundStatement = "INSERT INTO \(table) (v) VALUES (\(Double.nan))"
            guard engine.differences.storesNaN else {
                try await expectError(.invalidValue, "binding NaN") { try await connection.run(insert) }
                try expectEqual(try await connection.count(table), 0, "rows after a value was refused")
                return
            }
            try await connection.run(insert)
            let rows = try await connection.run("SELECT v FROM \(table)")
            try expect(try rows[0].decode(Double.self, at: 0).isNaN, "NaN did not come back as NaN")
        }
    }

    private static func storesDocuments(_ engine: any Engine) async throws {
        let documents = [#"{"a": [1, 2.5, null], "b": "\u00e9\n"}"#, "[]", #""text""#, "null"]
        let table: Identifier = "conformance_values_json"
        let columns = "id bigint, v \(engine.differences.name(of: .json))"
        try await engine.withTables((table, columns)) { connection in
            for (id, document) in documents.enumerated() {
                try await connection.run("INSERT INTO \(table) (id, v) VALUES (\(id), \(Value.json(document)))")
            }
            let rows = try await connection.run("SELECT v FROM \(table) ORDER BY id")
            let read = try rows.map { try $0.decode(String.self, at: 0) }
            try expectEqual(read, documents, "JSON documents")
        }
    }

    private static func storesArrays(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_values_arrays"
        let columns = "id bigint, v \(engine.differences.name(of: .integerArray))"
        let arrays: [[Int]] = [[], [1], [3, -2, 1_099_511_627_776]]
        try await engine.withTables((table, columns)) { connection in
            for (id, array) in arrays.enumerated() {
                try await connection.run("INSERT INTO \(table) (id, v) VALUES (\(id), \(array))")
            }
            let rows = try await connection.run("SELECT v FROM \(table) ORDER BY id")
            if engine.differences.hasArrays {
                let read = try rows.map { try $0.decode([Int].self, at: 0) }
                try expectEqual(read, arrays, "arrays")
            } else {
                let read = try rows.map { try $0.decode(String.self, at: 0) }
                try expectEqual(read, ["[]", "[1]", "[3,-2,1099511627776]"], "arrays as JSON")
            }
        }
    }

    private static func findsMembers(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_values_members"
        try await engine.withTables((table, "id bigint PRIMARY KEY")) { connection in
            try await connection.run(engine.differences.fill(table, rows: 100))
            for wanted in [[], [7], [1, 50, 100, 101], Array(1...100)] {
                let statement = engine.differences.isMember("id", of: wanted, select: "count(*)", from: table)
                let found = try await connection.number(statement)
                try expectEqual(found, wanted.filter { $0 <= 100 }.count, "members among \(wanted.count)")
            }
        }
    }
}
