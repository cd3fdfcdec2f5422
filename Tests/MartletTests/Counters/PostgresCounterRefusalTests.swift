import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("What counters on PostgreSQL refuse")
struct PostgresCounterRefusalTests {
    private static let script = """
        CREATE EXTENSION postgres_fdw;
        CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw;
        CREATE FOREIGN TABLE abroad (id int) SERVER elsewhere;
        CREATE TABLE parted (id int) PARTITION BY RANGE (id);
        CREATE TABLE part PARTITION OF parted FOR VALUES FROM (1) TO (10);
        CREATE TABLE mixed (id int) PARTITION BY RANGE (id);
        CREATE FOREIGN TABLE mixed_part PARTITION OF mixed FOR VALUES FROM (1) TO (10) SERVER elsewhere;
        CREATE TABLE elder (id int); CREATE TABLE child () INHERITS (elder);
        CREATE VIEW seen AS SELECT * FROM part; CREATE MATERIALIZED VIEW kept AS SELECT * FROM part;
        CREATE SEQUENCE numbers;
        CREATE EXTENSION citext;
        CREATE TABLE plain (id int, data json, share double precision, at timestamptz, name text, mail citext);
        """

    @Test(
        "tables whose rows change unseen",
        arguments: [
            ("abroad", "foreign"), ("part", "partition"), ("mixed", "foreign"), ("elder", "inheritance"),
            ("child", "inheritance"), ("seen", "view"), ("kept", "view"), ("numbers", "no table"),
        ]
    )
    func tables(_ table: String, reason: String) async throws {
        let fixture = try await PostgresCounterFixture(Self.script)
        let definition = CounterDefinition(name: "rows", table: QualifiedName(schema: "public", name: table))
        let error = await #expect(throws: CounterError.self) { try await fixture.store.install(definition) }
        #expect(error?.code == .unsupportedTable)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(try await fixture.number("SELECT count(*) FROM pg_namespace WHERE nspname = 'martlet'") == 0)
    }

    @Test("tables of the system, and of Martlet itself")
    func systemTables() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        for table in [("pg_catalog", "pg_class"), ("martlet", "counters")] {
            let definition = CounterDefinition(name: "rows", table: QualifiedName(schema: table.0, name: table.1))
            let error = await #expect(throws: CounterError.self) { try await fixture.store.install(definition) }
            #expect(error?.code == .unsupportedTable)
        }
    }

    /// A definition that cannot be.
    struct Wrong: Sendable {
        var keys: [String] = []
        var condition: String?
        var sum: String?
    }

    @Test(
        "definitions that cannot be",
        arguments: [
            Wrong(keys: ["nothing"]), Wrong(keys: ["ID"]), Wrong(keys: ["data"]), Wrong(keys: ["id", "id"]),
            Wrong(keys: ["mail"]),
            Wrong(condition: "id"), Wrong(condition: "at > now()"), Wrong(condition: "random() < 0.5"),
            Wrong(condition: "id IN (SELECT 1)"), Wrong(condition: "count(*) > 1"), Wrong(condition: "nothing = 1"),
            Wrong(condition: "id = $1"), Wrong(condition: "true); DROP TABLE plain; --"), Wrong(condition: ""),
            Wrong(sum: "share"), Wrong(sum: "name"), Wrong(sum: "sum(id)"), Wrong(sum: "id +"),
        ]
    )
    func definitions(_ wrong: Wrong) async throws {
        let fixture = try await PostgresCounterFixture(Self.script)
        let definition = CounterDefinition(
            name: "rows",
            table: QualifiedName(schema: "public", name: "plain"),
            keyColumns: wrong.keys,
            condition: wrong.condition,
            sum: wrong.sum
        )
        let error = await #expect(throws: CounterError.self) { try await fixture.store.install(definition) }
        #expect(error?.code == .invalidDefinition, "\(error?.message ?? "")")
        #expect(try await fixture.number("SELECT count(*) FROM pg_class WHERE relname = 'plain'") == 1)
        #expect(try await fixture.number("SELECT count(*) FROM pg_namespace WHERE nspname = 'martlet'") == 0)
    }

    @Test("a name that is taken by another counter, and a name that is none")
    func names() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        for definition in CountedTable.definitions { try await fixture.store.install(definition) }
        var other = CountedTable.definitions[0]
        other.keyColumns = []
        let taken = await #expect(throws: CounterError.self) { try await fixture.store.install(other) }
        #expect(taken?.code == .nameTaken)
        other.parent = CounterDefinition.Parent(table: CountedTable.name, column: "size")
        let parent = await #expect(throws: CounterError.self) { try await fixture.store.install(other) }
        #expect(parent?.code == .invalidDefinition)
        other.name = "No Name"
        let invalid = await #expect(throws: CounterError.self) { try await fixture.store.install(other) }
        #expect(invalid?.code == .invalidName)
        try await fixture.expectAllExact()
    }

    @Test("values of a sum that are no numbers fail the statement, not the counter")
    func infinity() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        for value in ["NaN", "Infinity", "-Infinity"] {
            let error = await #expect(throws: EngineError.self) {
                try await fixture.run("INSERT INTO messages (id, size) VALUES (5000, '\(value)')")
            }
            #expect(error?.code == .checkViolation)
        }
        try await fixture.expectAllExact()
    }
}
