import CaseStudies
import Foundation
import Martlet
import MartletCore
import MartletExpectations
import Testing

@Suite("What the journeys' document got wrong")
struct JourneysFaultTests {
    private let study = JourneysCaseStudy()

    @Test("the tenth retry elsewhere hides what waits from the document's ten rows", arguments: Dialect.allCases)
    func tenRows(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, indexes: .seed) { fixture in
            // Enrolment 3 is in journey 3, whose nodes are 21 to 30.
            let place = JourneySteps.Place(
                tenant: JourneysID.tenant(3),
                enrolment: JourneysID.enrolment(3),
                node: JourneysID.node(21)
            )
            let waiting = UUID()
            try await fixture.engine.withConnection(.readWrite) { connection in
                func add(_ id: UUID, at node: Int, second: Int, hasRun: Bool) async throws {
                    let time = Timestamp(microsecondsSince1970: 1_800_000_000_000_000 + Int64(second) * 1_000_000)
                    try await connection.run(
                        """
                        INSERT INTO \(fixture.table("journey_node_executions"))
                          (id, tenant_id, journey_contact_id, node_id, status, executed_at, created_at)
                        VALUES (\(id), \(place.tenant), \(place.enrolment), \(JourneysID.node(node)),
                                \(hasRun ? "FAILED" : "PENDING"), \(hasRun ? time : nil), \(time))
                        """
                    )
                }
                try await add(waiting, at: 21, second: 0, hasRun: false)
                for retry in 1...11 {
                    let last = UUID()
                    try await add(last, at: 22, second: retry, hasRun: true)
                    for way in Way.allCases {
                        let step = try await JourneySteps().step(at: place, way, on: connection)
                        #expect(step.previous == last, "\(way.rawValue)")
                        let isSeen = way != .seed || retry < 10
                        #expect(step.waiting == (isSeen ? waiting : nil), "\(way.rawValue) after \(retry) retries")
                    }
                }
            }
        }
    }

    @Test("a descending sort puts what never ran first on PostgreSQL and last on SQLite", arguments: Dialect.allCases)
    func nulls(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            let place = JourneySteps.Place(
                tenant: JourneysID.tenant(1),
                enrolment: JourneysID.enrolment(1),
                node: JourneysID.node(2)
            )
            try await fixture.engine.withConnection(.readOnly) { connection in
                for way in Way.allCases {
                    let rows = try await JourneyLoops().lastExecutions(at: place, way, on: connection)
                    let isFaulty = dialect == .postgres && (way == .before || way == .seed)
                    #expect(rows.count { $0[1].isNull } == (isFaulty ? 3 : 0), "\(way.rawValue)")
                }
                // One execution in ten is of the loop, and every second of these at node 2: 20 … 10,000. Of these
                // 500 each fifth never ran, also the last.
                let last = try await JourneyLoops().lastExecutions(at: place, .expert, on: connection)
                let expected = [9_980, 9_960, 9_940].map { JourneysID.execution($0) }
                #expect(last.map { UUID(from: $0[0]) } == expected)
            }
        }
    }

    @Test("no way shows a tenant what is another's", arguments: Dialect.allCases)
    func foreignTenant(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, indexes: .expert) { fixture in
            let foreign = JourneySteps.Place(
                tenant: JourneysID.tenant(2),
                enrolment: JourneysID.enrolment(1),
                node: JourneysID.node(3)
            )
            try await fixture.engine.withConnection(.readOnly) { connection in
                for way in Way.allCases {
                    let step = try await JourneySteps().step(at: foreign, way, on: connection)
                    let executions = try await JourneyLoops().lastExecutions(at: foreign, way, on: connection)
                    #expect(step == JourneySteps.Step() && executions.isEmpty, "\(way.rawValue)")
                }
            }
        }
    }

    @Test("a row refers to another tenant's until the tenant is part of the reference", arguments: Dialect.allCases)
    func strangers(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            let nodes = fixture.table("journey_nodes")
            let (journey, stranger) = (JourneysID.journey(1), JourneysID.tenant(2))
            func insertion(_ tenant: UUID) -> BoundStatement {
                """
                INSERT INTO \(nodes) (id, tenant_id, journey_id, type) VALUES (\(UUID()), \(tenant), \(journey), 'WAIT')
                """
            }
            let migration = try #require(study.migration(for: .expert, dialect: dialect))
            try await fixture.engine.withConnection(.readWrite) { connection in
                try await connection.run("BEGIN")
                #expect(try await connection.run(insertion(stranger)).affectedRows == 1, "nothing refuses it")
                try await connection.run("ROLLBACK")

                try await CaseFixture.apply(migration.up, on: connection)
                #expect(try await fixture.violations(of: .expert) == [])
                await #expect(throws: EngineError.self) { try await connection.run(insertion(stranger)) }
                #expect(try await connection.run(insertion(JourneysID.tenant(1))).affectedRows == 1)
                await #expect(throws: EngineError.self) {
                    try await connection.run(
                        "UPDATE \(nodes) SET tenant_id = \(stranger) WHERE journey_id = \(journey)"
                    )
                }
                // What referred to what is deleted goes as before: the executions, and who was there is nowhere.
                let tenant = JourneysID.tenant(1)
                #expect(try await JourneyLists().deleteNode(JourneysID.node(3), of: tenant, on: connection))

                try await CaseFixture.apply(migration.down, on: connection)
                try await CaseFixture.apply(migration.down, on: connection)
                #expect(try await connection.run(insertion(stranger)).affectedRows == 1)
            }
            let violations = try await fixture.violations(of: .expert)
            #expect(!violations.isEmpty)
        }
    }

    @Test("a change of references is refused while a row refers to another tenant's")
    func strangersThere() async throws {
        try await CaseFixture.with(study, .postgres) { fixture in
            let migration = try #require(study.migration(for: .expert, dialect: .postgres))
            try await fixture.engine.withConnection(.readWrite) { connection in
                try await connection.run(
                    """
                    UPDATE \(fixture.table("journey_nodes")) SET tenant_id = \(JourneysID.tenant(2))
                    WHERE id = \(JourneysID.node(1))
                    """
                )
                let error = await #expect(throws: EngineError.self) {
                    try await CaseFixture.apply(migration.up, on: connection)
                }
                #expect(error?.code == .foreignKeyViolation)
                try await CaseFixture.apply(migration.down, on: connection)
            }
        }
    }

    @Test("the document's query for the use of indexes does not run; the catalog's own names do")
    func indexUsage() async throws {
        try await CaseFixture.with(study, .postgres, indexes: .seed) { fixture in
            try await fixture.engine.withConnection(.readOnly) { connection in
                let error = await #expect(throws: EngineError.self) {
                    try await connection.run(
                        """
                        SELECT schemaname, tablename, indexname, idx_scan, idx_tup_read, idx_tup_fetch
                        FROM pg_stat_user_indexes WHERE schemaname = 'journeys' ORDER BY idx_scan DESC
                        """
                    )
                }
                #expect(error?.code == .undefinedObject)
                let rows = try await connection.run(
                    """
                    SELECT relname FROM pg_stat_user_indexes
                    WHERE schemaname = 'journeys' AND indexrelname LIKE 'idx_%' ORDER BY idx_scan DESC
                    """
                )
                #expect(rows.count == 12)
            }
        }
    }

    @Test("an index is not built concurrently within a transaction, and what failed is skipped the next time")
    func concurrentBuild() async throws {
        try await CaseFixture.with(study, .postgres) { fixture in
            let logs = fixture.table("call_logs")
            let index: BoundStatement = """
                CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS one_call ON \(logs) (tenant_id, status)
                """
            try await fixture.engine.withConnection(.readWrite) { connection in
                try await connection.run("BEGIN")
                await #expect(throws: EngineError.self) { try await connection.run(index) }
                try await connection.run("ROLLBACK")
                let error = await #expect(throws: EngineError.self) { try await connection.run(index) }
                #expect(error?.code == .uniqueViolation, "tenants have more than one call of a status")
                // The same script again says that all is well.
                try await connection.run(index)
                let left = try await connection.run(
                    "SELECT indisvalid FROM pg_index WHERE indexrelid = 'journeys.one_call'::regclass"
                )
                let isValid = try left[0].decode(Bool.self, at: 0)
                #expect(!isValid)
            }
        }
    }

    @Test(
        "a limit of rows and of time lets a wrong answer pass, and fails a right one far away; the statements tell",
        arguments: Dialect.allCases
    )
    func measuredByTheWall(dialect: Dialect) async throws {
        let place = JourneySteps.Place(
            tenant: JourneysID.tenant(1),
            enrolment: JourneysID.enrolment(1),
            node: JourneysID.node(2)
        )
        let nowhere = JourneySteps.Place(tenant: place.tenant, enrolment: place.enrolment, node: JourneysID.node(99))
        /// The document's check: at most three executions in less than 400 ms.
        func passes(_ rows: [[Value]], _ time: Duration) -> Bool { rows.count <= 3 && time < .milliseconds(400) }
        try await CaseFixture.with(study, dialect, indexes: .expert) { fixture in
            let right: @Sendable (any Connection) async throws -> [[Value]] = { connection in
                try await JourneyLoops().lastExecutions(at: place, .expert, on: connection)
            }
            /// Asks three times, and for the wrong node.
            let wrong: @Sendable (any Connection) async throws -> [[Value]] = { connection in
                var rows: [[Value]] = []
                for _ in 1...3 {
                    rows += try await JourneyLoops().lastExecutions(at: nowhere, .expert, on: connection)
                }
                return rows
            }
            let recorder = TraceRecorder()
            let near = RecordingEngine(fixture.engine, recorder: recorder)
            try await near.withConnection(.readOnly) { connection in
                let rows = try await expect(statements: 1) { try await right(connection) }
                #expect(rows.map { UUID(from: $0[0]) } == [9_980, 9_960, 9_940].map { JourneysID.execution($0) })
                #expect(try await passes(wrong(connection), .milliseconds(1)), "no row at all is at most three")
                await #expect(throws: StatementExpectationError.self) {
                    try await expect(statements: 1) { try await wrong(connection) }
                }
            }
            let far = DelayedEngine(near, roundTripTime: .milliseconds(401))
            try await far.withConnection(.readOnly) { connection in
                let start = ContinuousClock.now
                let rows = try await expect(statements: 1) { try await right(connection) }
                #expect(!passes(rows, .now - start), "the same statement, the same rows")
            }
        }
    }

    @Test(
        "who catches errors around each query takes a failure for an answer; at the boundary it is one",
        arguments: Dialect.allCases
    )
    func caughtAroundEach(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            let contacts = fixture.table("contacts")
            func count(on connection: any Connection) async throws -> Int {
                try await connection.run("SELECT count(*) FROM \(contacts)")[0].decode(Int.self, at: 0)
            }
            let there = try await fixture.integer("SELECT count(*) FROM \(contacts)")
            #expect(there > 0)
            try await fixture.engine.withConnection(.readWrite) { connection in
                let gone = Identifier("contacts_of_before")
                try await connection.run("ALTER TABLE \(contacts) RENAME TO \(gone)")
                let shown = (try? await count(on: connection)) ?? 0
                #expect(shown == 0, "the user sees that he has no contacts")
                let error = await #expect(throws: EngineError.self) { try await count(on: connection) }
                #expect(error?.code == .undefinedObject)
                var runs = 0
                await #expect(throws: EngineError.self) {
                    try await connection.transaction(attempts: 5) { connection in
                        runs += 1
                        return try await count(on: connection)
                    }
                }
                #expect(runs == 1, "what will fail again is not tried again")
            }
        }
    }
}
