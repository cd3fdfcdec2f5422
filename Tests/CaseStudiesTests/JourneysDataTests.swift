import CaseStudies
import MartletCore
import Testing

@Suite("Data of the journeys")
struct JourneysDataTests {
    private let study = JourneysCaseStudy()

    @Test("the same seed gives the same rows, another seed others", arguments: Dialect.allCases)
    func deterministic(dialect: Dialect) async throws {
        try await Determinism(study, dialect).check(differing: "journey_node_executions")
    }

    @Test(
        "has the rows of its size; SQLite gets a quarter of the large one",
        arguments: [
            (CaseSize.small, Dialect.postgres, [3, 1_000, 10, 100, 1_000, 10_000, 500, 5_000, 2_500]),
            (.small, .sqlite, [3, 1_000, 10, 100, 1_000, 10_000, 500, 5_000, 2_500]),
            (
                .large, .postgres,
                [50, 200_000, 500, 5_000, 200_000, 2_000_000, 100_000, 1_000_000, 500_000]
            ),
            (.large, .sqlite, [12, 50_000, 125, 1_250, 50_000, 500_000, 25_000, 250_000, 125_000]),
        ] as [(CaseSize, Dialect, [Int])]
    )
    func sizes(size: CaseSize, dialect: Dialect, expected: [Int]) {
        #expect(study.tables(of: size, for: dialect, seed: 1).map(\.rowCount) == expected)
    }

    @Test(
        "contact 1 goes round five thousand times in the large data set, and one execution in ten waits",
        arguments: Dialect.allCases
    )
    func largeShape(dialect: Dialect) async throws {
        let tables = study.tables(of: .large, for: dialect, seed: 1)
        let executions = try #require(tables.first { $0.name.name == "journey_node_executions" })
        let place = { (name: String) throws -> Int in try #require(executions.columns.firstIndex(of: name)) }
        let (enrolment, executed) = (try place("journey_contact_id"), try place("executed_at"))
        let first = Value.uuid(JourneysID.enrolment(1))
        var (loop, waiting) = (0, 0)
        // The first batch: the shape is the same all along but for the other contacts' waiting ones, which come last.
        struct Enough: Error {}
        var rows = 0
        await #expect(throws: Enough.self) {
            try await executions.forEachBatch { batch in
                rows = batch.count
                loop = batch.count { $0[enrolment] == first }
                waiting = batch.count { $0[executed].isNull }
                throw Enough()
            }
        }
        let share = 10_000 * rows / executions.rowCount
        #expect(loop == share + 1, "the loop's, and the one that waits since the beginning")
        #expect(waiting == share / 10 + 1, "one in ten of the loop, and that one")
    }

    @Test("has one contact that goes round, and a tenth of the executions waits", arguments: Dialect.allCases)
    func shape(dialect: Dialect) async throws {
        try await CaseTemplates.with(study, dialect) { fixture in
            let executions = fixture.table("journey_node_executions")
            func count(_ statement: BoundStatement) async throws -> Int { try await fixture.integer(statement) }
            func count(_ node: Int, _ condition: String) async throws -> Int {
                try await count(
                    """
                    SELECT count(*) FROM \(executions) WHERE journey_contact_id = \(JourneysID.enrolment(1))
                      AND node_id = \(JourneysID.node(node)) AND \(unsafeSQL: condition)
                    """
                )
            }
            #expect(try await count(1, "executed_at IS NOT NULL") == 500)
            #expect(try await count(1, "executed_at IS NULL") == 0)
            #expect(try await count(2, "executed_at IS NOT NULL") == 400)
            #expect(try await count(2, "executed_at IS NULL") == 100)
            #expect(try await count(3, "executed_at IS NULL") == 1)
            let all = try await count("SELECT count(*) FROM \(executions) WHERE executed_at IS NULL")
            #expect(all == 999 + 101, "the last of each of 999 contacts, and those of the one that goes round")
        }
    }

    @Test("nothing refers to another tenant's", arguments: Dialect.allCases)
    func tenants(dialect: Dialect) async throws {
        try await CaseTemplates.with(study, dialect) { fixture in
            let references = [
                ("journey_nodes", "journey_id", "journeys"), ("journey_contacts", "journey_id", "journeys"),
                ("journey_contacts", "contact_id", "contacts"), ("journey_contacts", "current_node_id", "journey_nodes"),
                ("journey_node_executions", "journey_contact_id", "journey_contacts"),
                ("journey_node_executions", "node_id", "journey_nodes"), ("conversations", "contact_id", "contacts"),
                ("messages", "conversation_id", "conversations"), ("call_logs", "contact_id", "contacts"),
            ]
            for (child, column, parent) in references {
                let strangers = try await fixture.integer(
                    """
                    SELECT count(*) FROM \(fixture.table(child)) AS child
                    JOIN \(fixture.table(parent)) AS parent ON parent.id = child.\(Identifier(column))
                    WHERE parent.tenant_id <> child.tenant_id
                    """
                )
                #expect(strangers == 0, "\(child).\(column)")
            }
            let elsewhere = try await fixture.integer(
                """
                SELECT count(*) FROM \(fixture.table("journey_node_executions")) AS e
                JOIN \(fixture.table("journey_contacts")) AS c ON c.id = e.journey_contact_id
                JOIN \(fixture.table("journey_nodes")) AS n ON n.id = e.node_id
                WHERE n.journey_id <> c.journey_id
                """
            )
            #expect(elsewhere == 0, "contacts are at nodes of their own journey")
            let lost = try await fixture.integer(
                """
                SELECT count(*) FROM \(fixture.table("journey_contacts")) AS c WHERE NOT EXISTS (
                  SELECT 1 FROM \(fixture.table("journey_node_executions")) AS e
                  WHERE e.journey_contact_id = c.id AND e.node_id = c.current_node_id)
                """
            )
            #expect(lost == 0, "contacts are where they were last")
        }
    }
}
