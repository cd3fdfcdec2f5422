import MartletAdvisor
import MartletCore
import MartletPostgres
import MartletTesting
import Testing

@Suite("Rules on partitions in a real PostgreSQL")
struct PartitionRuleTests {
    @Test("report once on the parent what all its partitions share, those with partitions of their own included")
    func onceOnTheParent() async throws {
        let engine = try await PrivatePostgres.temporaryDatabase()
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript(
                """
                CREATE TABLE people (id int PRIMARY KEY);
                CREATE TABLE events (at int, person_id int REFERENCES people, kind text) PARTITION BY RANGE (at);
                CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10);
                CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (10) TO (20) PARTITION BY LIST (at);
                CREATE TABLE events_2a PARTITION OF events_2 DEFAULT;
                CREATE INDEX by_time ON events (at);
                CREATE INDEX by_time_again ON events (at);
                CREATE INDEX by_kind ON events (kind);
                CREATE INDEX by_kind_and_time ON events (kind, at);
                """
            )
            let observation = Observation(catalog: try await connection.catalog())
            let rules: [any Rule] = [
                DuplicateIndex(), RedundantIndex(), ForeignKeyWithoutIndex(), TableWithoutPrimaryKey(),
            ]
            #expect(
                Set(rules.flatMap { $0.findings(in: observation).map(\.id) }) == [
                    "duplicate-index/public.by_time_again", "redundant-index/public.by_kind",
                    "foreign-key-without-index/public.events.person_id", "table-without-primary-key/public.events",
                ]
            )
        }
    }
}
