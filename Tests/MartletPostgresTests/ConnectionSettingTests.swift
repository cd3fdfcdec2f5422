import MartletCore
import MartletPostgres
import Testing

@Suite("Settings of a PostgreSQL session that its user changes", .timeLimit(.minutes(5)))
struct ConnectionSettingTests {
    @Test("leave text what it is, whatever the encoding was set to", arguments: ["LATIN1", "WIN1252", "EUC_JP"])
    func encoding(name: String) async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        _ = try await connection.run("CREATE TABLE t (v text)")
        let set = BoundStatement(unsafeText: "SET client_encoding = '\(name)'")
        let changes: [() async throws -> Void] = [
            { _ = try await connection.run(set) },
            { try await connection.runScript(set.statement.text) },
            { _ = try await connection.run("SELECT set_config('client_encoding', \(name), false)") },
        ]
        for change in changes {
            try await change()
            #expect(try await connection.text("SELECT \("h\u{E4}\u{DF}lich")") == "h\u{E4}\u{DF}lich")
            try await change()
            #expect(try await connection.text("SELECT '\u{1F989}'") == "\u{1F989}")
            try await change()
            _ = try await connection.load([["\u{E4}\u{1F989}"]], into: fixture.table("t"), columns: ["v"])
            try await change()
            try await connection.stream("SELECT v, interval '1 day' FROM t", batchRows: 1) { batch in
                #expect(batch[0][0] == "\u{E4}\u{1F989}")
            }
            try await change()
            try await connection.runScript("DELETE FROM t WHERE v = '\u{E4}\u{1F989}'")
            #expect(try await connection.number("SELECT count(*) FROM t") == 0)
        }
        await connection.close()
    }

    @Test(
        "leave instants, days and numbers what they are in the text format",
        arguments: ["ISO", "SQL", "Postgres", "German"],
        ["UTC", "America/St_Johns", "Europe/Amsterdam", "Asia/Kolkata"]
    )
    func notation(style: String, zone: String) async throws {
        let connection = try await ConnectionFixture().connect()
        _ = try await connection.run(BoundStatement(unsafeText: "SET datestyle = '\(style), DMY'"))
        _ = try await connection.run(BoundStatement(unsafeText: "SET timezone = '\(zone)'"))
        _ = try await connection.run("SET intervalstyle = 'iso_8601'")
        _ = try await connection.run("SET bytea_output = 'escape'")
        // An interval has no binary form here, so that all columns come as text.
        let text = """
            SELECT '1912-03-04 05:06:07.000089+00'::timestamptz, '2024-02-29 12:00+05'::timestamptz,
                '0044-03-15 00:00:00 BC'::timestamp, '12345-06-07'::date, '0001-01-01 BC'::date,
                '\\x005c5c78ff41'::bytea, ARRAY['2024-02-29 12:00:00.5+00'::timestamptz, 'infinity'],
                0.1::float4, interval '1 day 2 hours', '03/04/2024'::date
            """
        let expected: [Value] = [
            .timestamp(Timestamp(microsecondsSince1970: -1_824_922_432_999_911)),
            .timestamp(Timestamp(microsecondsSince1970: 1_709_190_000_000_000)),
            .timestamp(
                Timestamp(
                    microsecondsSince1970: Int64(CalendarDate(year: -43, month: 3, day: 15).daysSince1970)
                        * 86_400_000_000
                )
            ),
            .date(CalendarDate(year: 12_345, month: 6, day: 7)), .date(CalendarDate(year: 0, month: 1, day: 1)),
            .bytes([0, 0x5C, 0x5C, 0x78, 0xFF, 0x41]),
            .array([.timestamp(Timestamp(microsecondsSince1970: 1_709_208_000_500_000)), .timestamp(.distantFuture)]),
            .double(Double(Float(0.1))), .text("P1DT2H"), .date(CalendarDate(year: 2024, month: 4, day: 3)),
        ]
        for _ in 0..<3 {
            let found = try await connection.run(BoundStatement(unsafeText: text))[0].values
            #expect(found == expected)
            _ = try await connection.run(BoundStatement(unsafeText: "SET datestyle = '\(style), DMY'"))
        }
        try await connection.stream(BoundStatement(unsafeText: text), batchRows: 1) {
            #expect($0[0].values == expected)
        }
        await connection.close()
    }

    @Test("leave a session usable that is put back to its beginnings")
    func reset() async throws {
        let connection = try await ConnectionFixture().connect()
        for command in ["RESET ALL", "DISCARD ALL", "SET standard_conforming_strings = off", "SET search_path = ''"] {
            _ = try await connection.run(BoundStatement(unsafeText: command))
            #expect(try await connection.text("SELECT \("a'\\b")") == "a'\\b")
            let rows = try await connection.run("SELECT \(["a\\b", "c\"d"])::text[]")
            #expect(rows[0][0] == ["a\\b", "c\"d"])
        }
        await connection.close()
    }

    @Test("and news that the server sends of its own accord disturb nobody")
    func noise() async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        _ = try await connection.run("LISTEN news")
        for round in 0..<20 {
            async let sent: Void = fixture.runApart(BoundStatement(unsafeText: "NOTIFY news, 'number \(round)'"))
            #expect(try await connection.number("SELECT \(round)::bigint") == round)
            try await connection.runScript("NOTIFY news; DO $$ BEGIN RAISE WARNING 'a warning'; END $$")
            try await connection.stream("SELECT generate_series(1, 100)", batchRows: 10) { _ in }
            try await sent
        }
        _ = try await connection.run("DROP TABLE IF EXISTS nothing")
        await connection.close()
    }

    @Test("know where a transaction stands after errors")
    func transactions() async throws {
        let connection = try await ConnectionFixture().connect()
        _ = try await connection.run("CREATE TABLE t (id int PRIMARY KEY)")
        _ = try await connection.run("BEGIN")
        _ = try await connection.run("INSERT INTO t VALUES (\(1)::int)")
        try await expectFailure(.uniqueViolation) { _ = try await connection.run("INSERT INTO t VALUES (\(1)::int)") }
        try await expectFailure(.transactionAborted) { _ = try await connection.run("SELECT 1") }
        try await expectFailure(.transactionAborted) { _ = try await connection.run("SELECT 9 + \(1)") }
        try await expectFailure(.transactionAborted) { try await connection.runScript("SELECT 1") }
        try await expectFailure(.transactionAborted) { try await connection.stream("SELECT 1", batchRows: 1) { _ in } }
        try await expectFailure(.transactionAborted) { try await connection.run("COMMIT") }
        #expect(try await connection.number("SELECT count(*) FROM t") == 0)
        // A pipeline is one transaction; a script too.
        try await expectFailure(.uniqueViolation) {
            _ = try await connection.runPipelined(["INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)", "SELECT 1"])
        }
        try await expectFailure(.uniqueViolation) {
            try await connection.runScript("INSERT INTO t VALUES (1); INSERT INTO t VALUES (1)")
        }
        #expect(try await connection.number("SELECT count(*) FROM t") == 0)
        await connection.close()
    }
}
