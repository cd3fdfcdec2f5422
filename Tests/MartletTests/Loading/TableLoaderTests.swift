import Foundation
import Martlet
import MartletCore
import Testing

@Suite("Loaders of tables")
struct TableLoaderTests {
    private static let script = """
        CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
        INSERT INTO users VALUES (1, 'one'), (2, NULL), (3, 'three'), (5, 'five');
        CREATE TABLE "odd "" name" ("the key" TEXT, n INTEGER);
        INSERT INTO "odd "" name" VALUES ('a', 2), ('a', 1), ('b''; --', 3);
        """

    @Test(
        "answers loads of many tasks with one statement and one plan, missing keys with nil",
        arguments: Backend.allCases
    )
    func oneStatement(backend: Backend) async throws {
        try await backend.withEngine(Self.script) { engine, recorder in
            try await engine.withConnection(.readOnly) { connection in
                let (names, trace) = try await recorder.trace("request") {
                    try await withLoaderScope { scope in
                        let users = Loader<Int, String>(
                            in: scope,
                            on: connection,
                            table: backend.table("users"),
                            key: "id",
                            columns: ["name"]
                        ) { row in try row.decode(String?.self, at: 0) ?? "nobody" }
                        async let first = users.load(5)
                        async let second = users.load(4)
                        async let third = users.load([3, 1, 3, 2])
                        let names = try await [first, second] + third
                        #expect(try await users.load(5) == "five")
                        #expect(try await users.load(4) == nil)
                        return names
                    }
                }
                #expect(names == ["five", nil, "three", "one", "three", "nobody"])
                let text =
                    backend == .postgres
                    ? #"SELECT "name", "id" FROM "public"."users" WHERE "id" = ANY($1)"#
                    : #"SELECT "name", "id" FROM "main"."users" WHERE "id" IN (SELECT value FROM json_each($1))"#
                #expect(trace.executions.map(\.statement) == [text])
                #expect(trace.executions.map(\.rows) == [4])
            }
        }
    }

    @Test("a row that cannot be decoded fails the load of its key alone", arguments: Backend.allCases)
    func errorsPerKey(backend: Backend) async throws {
        try await backend.withEngine(Self.script) { engine, _ in
            try await engine.withConnection(.readOnly) { connection in
                try await withLoaderScope { scope in
                    let users = Loader<Int, String>(
                        in: scope,
                        on: connection,
                        table: backend.table("users"),
                        key: "id",
                        columns: ["id", "name"]
                    ) { row in try row.decode(String.self, "name") }
                    async let good = users.load(1)
                    let bad = Task { try await users.load(2) }
                    let name = try await good
                    #expect(name == "one")
                    await #expect(throws: EngineError.self) { try await bad.value }
                }
            }
        }
    }

    @Test("gives all rows of a key in their order, and an empty list for none", arguments: Backend.allCases)
    func lists(backend: Backend) async throws {
        try await backend.withEngine(Self.script) { engine, recorder in
            try await engine.withConnection(.readOnly) { connection in
                try await recorder.withTrace("request") {
                    try await withLoaderScope { scope in
                        let numbers = Loader<String, [Int]>
                            .lists(
                                in: scope,
                                on: connection,
                                table: backend.table("odd \" name"),
                                key: "the key",
                                columns: ["n"],
                                order: ["n"]
                            ) { row in try row.decode(at: 0) }
                        let lists = try await numbers.load(["b'; --", "a", "none"])
                        #expect(lists == [[3], [1, 2], []])
                    }
                }
            }
            #expect(recorder.traces.first?.executions.count == 1)
        }
    }

    @Test(
        "a row of a list that cannot be decoded fails the load of its key, not of others",
        arguments: Backend.allCases
    )
    func listErrors(backend: Backend) async throws {
        struct Refusal: Error, Equatable { let number: Int }
        let script = """
            CREATE TABLE parts (whole INTEGER, n INTEGER);
            INSERT INTO parts VALUES (1, -1), (1, 2), (1, 3), (2, 4), (2, -5), (2, -6), (3, 7);
            """
        try await backend.withEngine(script) { engine, _ in
            try await engine.withConnection(.readOnly) { connection in
                try await withLoaderScope { scope in
                    let parts = Loader<Int, [Int]>
                        .lists(
                            in: scope,
                            on: connection,
                            table: backend.table("parts"),
                            key: "whole",
                            columns: ["n"],
                            order: ["n"]
                        ) { row in
                            let number: Int = try row.decode(at: 0)
                            if number < 0 { throw Refusal(number: -number) }
                            return number
                        }
                    async let whole = parts.load(3)
                    let (first, second) = (Task { try await parts.load(1) }, Task { try await parts.load(2) })
                    let list = try await whole
                    #expect(list == [7])
                    await #expect(throws: Refusal(number: 1)) { try await first.value }
                    await #expect(throws: Refusal(number: 6)) { try await second.value }
                }
            }
        }
    }

    @Test(
        "reads a hundred thousand keys with one statement, in the order asked; none without any",
        arguments: Backend.allCases
    )
    func rowsByKey(backend: Backend) async throws {
        let fill =
            backend == .postgres
            ? "INSERT INTO big SELECT n, 'row ' || n FROM generate_series(2, 200000, 2) n;"
            : """
            WITH RECURSIVE s(n) AS (SELECT 2 UNION ALL SELECT n + 2 FROM s WHERE n < 200000)
            INSERT INTO big SELECT n, 'row ' || n FROM s;
            """
        try await backend.withEngine("CREATE TABLE big (id INTEGER PRIMARY KEY, name TEXT);" + fill) {
            engine,
            recorder in
            try await engine.withConnection(.readOnly) { connection in
                let ids = (1...100_000).shuffled() + [7, 8, 8]
                let (rows, trace) = try await recorder.trace("read") {
                    try await connection.rows(of: backend.table("big"), key: "id", in: ids, columns: ["name"])
                }
                #expect(rows.count == 100_003)
                #expect(trace.executions.count == 1)
                #expect(trace.executions.first?.rows == 50_000)
                for (id, row) in zip(ids, rows) {
                    let name = try row?.decode(String.self, at: 0)
                    if name != (id.isMultiple(of: 2) ? "row \(id)" : nil) { Issue.record("\(id): \(name ?? "nil")") }
                }
                let (none, empty) = try await recorder.trace("read") {
                    try await connection.rows(of: backend.table("big"), key: "id", in: [Int](), columns: ["name"])
                }
                #expect(none.isEmpty)
                #expect(empty.executions.isEmpty)
            }
        }
    }

    @Test("texts that look the same and have other bytes are other keys", arguments: Backend.allCases)
    func keysByBytes(backend: Backend) async throws {
        let (composed, decomposed) = ("\u{e9}", "e\u{301}")
        try await backend.withEngine("CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT)") { engine, _ in
            try await engine.withConnection(.readWrite) { connection in
                for (key, value) in [(composed, "1"), (decomposed, "2"), ("a", "3")] {
                    try await connection.run("INSERT INTO t VALUES (\(key), \(value))")
                }
                try await withLoaderScope { scope in
                    let values = Loader<String, String>(
                        in: scope,
                        on: connection,
                        table: backend.table("t"),
                        key: "k",
                        columns: ["v"]
                    ) { row in try row.decode(at: 0) }
                    let first = try await values.load([decomposed, "a", composed, decomposed])
                    #expect(first == ["2", "3", "1", "2"])
                    values.remember("4", for: composed)
                    values.forget(decomposed)
                    let second = try await values.load([composed, decomposed])
                    #expect(second == ["4", "2"])
                }
            }
        }
    }

    @Test("takes keys of other types", arguments: Backend.allCases)
    func keyTypes(backend: Backend) async throws {
        let ids = (0..<3).map { _ in UUID() }
        let type = backend == .postgres ? "uuid" : "text"
        let values = ids.prefix(2).map { "('\($0.uuidString.lowercased())')" }.joined(separator: ", ")
        try await backend.withEngine("CREATE TABLE t (id \(type)); INSERT INTO t VALUES \(values)") { engine, _ in
            try await engine.withConnection(.readOnly) { connection in
                let rows = try await connection.rows(of: backend.table("t"), key: "id", in: ids, columns: ["id"])
                #expect(try rows.map { try $0?.decode(UUID.self, at: 0) } == [ids[0], ids[1], nil])
            }
        }
    }
}
