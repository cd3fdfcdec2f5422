import Foundation
import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("Keys and names of counters on PostgreSQL")
struct PostgresCounterKeyTests {
    /// A key column, two values of it as SQL, and the key of the first as a caller gives it.
    struct KeyType: Sendable, CustomTestStringConvertible {
        let column: String
        let values: [String]
        let key: CounterKey
        var testDescription: String { column }
    }

    private static let uuid = "6f1d6ba1-6c2e-4c8e-9f0a-0d7a0c6f1d6b"

    static let types = [
        KeyType(column: "integer", values: ["7", "8"], key: 7),
        KeyType(column: "smallint", values: ["7", "8"], key: 7),
        KeyType(column: "bigint", values: ["9007199254740993", "8"], key: 9_007_199_254_740_993),
        KeyType(column: "text", values: [##"'a''"\,{}'"##, "''"], key: ##"a'"\,{}"##),
        KeyType(column: "varchar(20)", values: ["'NULL'", "'b'"], key: "NULL"),
        KeyType(column: "char(4)", values: ["'ab'", "'b'"], key: "ab"),
        KeyType(column: "uuid", values: ["'\(uuid)'", "gen_random_uuid()"], key: CounterKey(uuidValue)),
        KeyType(column: "boolean", values: ["true", "false"], key: CounterKey(true)),
        KeyType(column: "date", values: ["'2024-02-29'", "'2024-03-01'"], key: "2024-02-29"),
        KeyType(
            column: "timestamptz",
            values: ["'1970-01-01T00:00:01.5Z'", "now()"],
            key: CounterKey(Timestamp(microsecondsSince1970: 1_500_000))
        ),
        KeyType(
            column: "numeric",
            values: ["1.50", "2"],
            key: CounterKey(DecimalNumber("1.5") ?? .init(trusted: "0"))
        ),
        KeyType(column: "bytea", values: ["'\\x00ff'", "'\\x'"], key: [.bytes([0, 255])]),
        KeyType(column: "inet", values: ["'10.0.0.1'", "'10.0.0.2'"], key: "10.0.0.1"),
        KeyType(column: "integer[]", values: ["'{1,2}'", "'{}'"], key: "{1,2}"),
        KeyType(column: "mood", values: ["'sad'", "'glad'"], key: "sad"),
        KeyType(column: "positive", values: ["7", "8"], key: 7),
        KeyType(column: "text COLLATE nocase", values: ["'Ab'", "'b'"], key: "aB"),
        KeyType(column: "bit(3)", values: ["B'101'", "B'000'"], key: "101"),
    ]

    private static let uuidValue = UUID(uuidString: uuid) ?? UUID()

    @Test("a key column may be of type", arguments: types)
    func keyType(_ type: KeyType) async throws {
        let fixture = try await PostgresCounterFixture(
            """
            CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE DOMAIN positive AS integer CHECK (value > 0);
            CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            CREATE TABLE items (id serial, k \(type.column));
            INSERT INTO items (k) VALUES (\(type.values[0])), (\(type.values[1])), (NULL);
            """
        )
        let definition = CounterDefinition(
            name: "item_count",
            table: QualifiedName(schema: "public", name: "items"),
            keyColumns: ["k"]
        )
        try await fixture.add(definition)
        try await fixture.run(
            """
            INSERT INTO items (k) VALUES (\(type.values[0])); INSERT INTO items (k) VALUES (NULL);
            INSERT INTO items (k) SELECT k FROM items;
            """
        )
        let values = try await fixture.counters.values(of: "item_count", for: [type.key, [nil]])
        #expect(values.mapValues(\.number.description) == [type.key: "4", [nil]: "4"])
        let value = try await fixture.counters.value(of: "item_count", for: type.key)
        #expect(value.number.description == "4" && !value.isComputed)
        try await fixture.engine.withConnection(.readWrite) { connection in
            let counters = fixture.counters
            try await connection.transaction { connection in
                let room = try await counters.reserve(of: "item_count", for: type.key, limit: 5, on: connection)
                let none = try await counters.reserve(of: "item_count", for: type.key, limit: 5, on: connection)
                #expect(room && !none)
            }
        }
        _ = try await fixture.store.backfill("item_count", options: BackfillOptions(skipsExisting: false)) { _ in }
        try await fixture.expectExact(definition)
    }

    @Test("names with capitals, spaces and quotes are counted, and columns named like parts of the functions")
    func oddNames() async throws {
        let fixture = try await PostgresCounterFixture(
            #"""
            CREATE SCHEMA "My Schema";
            CREATE TABLE "My Schema"."Odd ""Table'" ("Chat Id" text, n bigint, k1 int, taken int, "added" numeric,
              "it's" boolean);
            INSERT INTO "My Schema"."Odd ""Table'" VALUES ('a', 1, 1, 1, 1, true), ('a', 1, 1, 1, 1, NULL);
            """#
        )
        let table = QualifiedName(schema: "My Schema", name: "Odd \"Table'")
        let definitions = [
            CounterDefinition(name: "odd", table: table, keyColumns: ["Chat Id", "n"], condition: "\"it's\""),
            CounterDefinition(name: "odder", table: table, keyColumns: ["k1", "taken"], sum: "added"),
            CounterDefinition(name: "a123456789012345678901234567890123456789", table: table, keyColumns: ["added"]),
        ]
        for definition in definitions { try await fixture.add(definition) }
        try await fixture.run(
            #"""
            INSERT INTO "My Schema"."Odd ""Table'" SELECT 'b', g % 3, g % 4, g % 2, 0.5, g % 2 = 0
            FROM generate_series(1, 40) g;
            UPDATE "My Schema"."Odd ""Table'" SET n = n + 1, "it's" = NOT "it's", k1 = NULL WHERE taken = 1;
            DELETE FROM "My Schema"."Odd ""Table'" WHERE n = 2;
            """#
        )
        #expect(try await fixture.number(#"SELECT count(*) FROM "My Schema"."Odd ""Table'""#) < 42)
        for definition in definitions { try await fixture.expectExact(definition) }
        let value = try await fixture.counters.value(of: "odd", for: ["b", 0])
        #expect(value.number.description == "6")
    }

    @Test("many keys are read by one call that looks each of them up, those with NULL too")
    func manyKeys() async throws {
        let fixture = try await PostgresCounterFixture(
            """
            CREATE TABLE items (a bigint, b text);
            INSERT INTO items SELECT nullif(g % 50, 0), CASE WHEN g % 3 > 0 THEN 'b' || g % 3 END
            FROM generate_series(1, 6000) g;
            """
        )
        let table = QualifiedName(schema: "public", name: "items")
        let definition = CounterDefinition(name: "by_both", table: table, keyColumns: ["a", "b"])
        try await fixture.store.install(definition)
        let keys: [CounterKey] =
            [[nil, nil], [nil, "b1"], [7, nil], [99, "b1"]] + (1..<50).map { [.integer($0), "b2"] }
        let counted = try await fixture.counters.values(of: "by_both", for: keys)
        #expect(counted.values.allSatisfy { $0.isComputed })
        _ = try await fixture.store.initialise("by_both", force: false)
        let kept = try await fixture.counters.values(of: "by_both", for: keys)
        #expect(kept.values.allSatisfy { !$0.isComputed })
        #expect(kept.count == 53 && kept.mapValues(\.number) == counted.mapValues(\.number))
        #expect(kept[[99, "b1"]]?.number.description == "0" && kept[[7, nil]]?.number.description == "40")
        let error = await #expect(throws: CounterError.self) {
            try await fixture.counters.values(of: "by_both", for: [[1, "b1"], 3])
        }
        #expect(error?.code == .invalidKey)
        // The index of the deltas is looked at once for each key and, in the same way, that of the bases.
        let scans = "SELECT idx_scan FROM pg_stat_all_indexes WHERE indexrelname = 'index_of_by_both'"
        func flushedScans() async throws -> Int {
            try await fixture.run("SELECT pg_stat_force_next_flush()")
            return try await fixture.number(scans)
        }
        let before = try await flushedScans()
        _ = try await fixture.counters.values(of: "by_both", for: keys)
        for _ in 0..<3_000 where try await flushedScans() == before { try await Task.sleep(for: .milliseconds(10)) }
        let scanned = try await flushedScans() - before
        #expect(scanned == 53)
    }

    @Test("a key of the wrong width or type, and a counter that is not there, are told apart")
    func wrongKeys() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        let wrong: [(CounterName, CounterKey, CounterError.Code)] = [
            ("by_chat", .whole, .invalidKey), ("by_chat", [1, 2], .invalidKey), ("whole", 1, .invalidKey),
            ("by_chat", "x", .invalidKey), ("nothing", 1, .unknownCounter),
        ]
        for (name, key, code) in wrong {
            let error = await #expect(throws: CounterError.self) {
                try await fixture.counters.value(of: name, for: key)
            }
            #expect(error?.code == code, "\(name) \(key)")
        }
        let empty = try await PostgresCounterFixture()
        let error = await #expect(throws: CounterError.self) { try await empty.counters.value(of: "nothing") }
        #expect(error?.code == .unknownCounter)
    }
}
