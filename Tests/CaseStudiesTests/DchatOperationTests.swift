import CaseStudies
import Martlet
import MartletCore
import Testing

@Suite("Operations of the wallet messenger")
struct DchatOperationTests {
    /// Ways of one statement each, which mostly differ in the indexes of the database alone.
    private static func same(_ operation: String, rows: Int) -> [CapturedOperation] {
        [Way.before, .seed, .expert]
            .map { CapturedOperation(operation: operation, way: $0, statements: 1, roundTrips: 1, rows: rows) }
    }

    static let expectations: [CapturedOperation] = unchanged + rewritten

    private static let unchanged = [
        ("3a", 1), ("3b", 1), ("3c", 50), ("3d-login", 1), ("3f", 1), ("3f-delete", 0),
    ]
    .flatMap { same($0, rows: $1) }

    private static let rewritten = [
        CapturedOperation(operation: "3d-login-small", way: .before, statements: 1, roundTrips: 1, rows: 0),
        CapturedOperation(operation: "3d-login-small", way: .seed, statements: 1, roundTrips: 1, rows: 0),
        CapturedOperation(operation: "3d-login-small", way: .expert, statements: 1, roundTrips: 1, rows: 1),
        CapturedOperation(operation: "3d-search", way: .before, statements: 1, roundTrips: 1, rows: 20),
        CapturedOperation(operation: "3d-search", way: .seed, statements: 1, roundTrips: 1),
        CapturedOperation(operation: "3d-search", way: .expert, statements: 1, roundTrips: 1, rows: 20),
        // Each user, the new row's number, and the row.
        CapturedOperation(operation: "3d-send", way: .before, statements: 4, roundTrips: 4, rows: 4, repeats: 2),
        CapturedOperation(operation: "3d-send", way: .seed, statements: 4, roundTrips: 4, rows: 4, repeats: 2),
        CapturedOperation(operation: "3d-send", way: .expert, statements: 1, roundTrips: 1, rows: 1),
        // The group, its owner and twenty more.
        CapturedOperation(
            operation: "3d-create",
            way: .before,
            statements: 22,
            roundTrips: 22,
            rows: 1,
            repeats: 21
        ),
        CapturedOperation(operation: "3d-create", way: .seed, statements: 22, roundTrips: 22, rows: 1, repeats: 21),
        CapturedOperation(
            operation: "3d-create",
            way: .expert,
            statements: 1,
            statementsOnSQLite: 2,
            roundTrips: 1
        ),
        // A page of the library reads one row more, to tell whether another page follows.
        CapturedOperation(operation: "3d-load", way: .before, statements: 1, roundTrips: 1, rows: 50),
        CapturedOperation(operation: "3d-load", way: .seed, statements: 1, roundTrips: 1, rows: 50),
        CapturedOperation(operation: "3d-load", way: .expert, statements: 1, roundTrips: 1, rows: 51),
        CapturedOperation(operation: "3e", way: .before, statements: 1, roundTrips: 1, rows: 50),
        CapturedOperation(operation: "3e", way: .seed, statements: 1, roundTrips: 1, rows: 50),
        CapturedOperation(operation: "3e", way: .expert, statements: 1, roundTrips: 1, rows: 51),
    ]

    @Test("takes exactly the statements, round trips and rows of its way", arguments: Dialect.allCases)
    func captured(dialect: Dialect) async throws {
        try await DchatDatabases.with(dialect) { fixture in
            let operations = DchatCaseStudy().operations(of: .small, for: dialect)
            for expectation in Self.expectations
            where operations.contains(where: { $0.id == expectation.operation }) {
                try await expectation.check(fixture)
            }
            let done = Set(Self.expectations.map { "\($0.operation) \($0.way.rawValue)" })
            for operation in operations {
                for way in operation.ways.keys { #expect(done.contains("\(operation.id) \(way.rawValue)")) }
            }
        }
    }

    @Test("every way that is not known to be wrong gives the user the same", arguments: Dialect.allCases)
    func sameResults(dialect: Dialect) async throws {
        try await AgreementOfWays(DchatCaseStudy(), dialect) { indexes, way, body in
            try await DchatDatabases.with(dialect, indexes: indexes, way: way, body)
        }
        .check()
    }

    @Test("shows what was asked for", arguments: Dialect.allCases)
    func contents(dialect: Dialect) async throws {
        try await DchatDatabases.with(dialect, indexes: .expert) { fixture in
            func shown(_ id: String) async throws -> [[Value]] {
                try await fixture.rolledBack(try fixture.operation(id), .expert)
            }
            let unread = try await shown("3a")
            #expect(unread == [[300]])
            #expect(try await shown("3b").map { Array($0.prefix(3)) } == [[2, 8, 9]])
            #expect(try await shown("3d-login") == [[500, .text(DchatUser.name(500))]])
            #expect(try await shown("3d-send") == [[3, 4, "Have you seen the new plan?"]])
            #expect(try await shown("3d-create") == (199...219).map { [.integer($0)] })
            // User 7 joined a group with every 25th membership, and the last was that of group 160.
            #expect(try await shown("3c").map { $0[0] } == (111...160).reversed().map { .integer($0) })
            // The page behind 20,000 messages begins at place 10,000 in time, and five of its fifty lie elsewhere.
            let shape = DchatShape(size: .small, dialect: dialect)
            let page = (9_951...10_000).reversed().map { Value.integer(Int64(shape.message(atPlaceInTime: $0))) }
            #expect(try await shown("3e").map { $0[0] } == page)
            let found = (1...1_000).filter { DchatUser.name($0).lowercased().hasPrefix("ada") }
                .sorted { DchatUser.name($0).lowercased() < DchatUser.name($1).lowercased() }
            #expect(try await shown("3d-search").map { $0[0] } == found.prefix(20).map { .integer(Int64($0)) })
        }
    }

    @Test("a message to nobody is refused in every way", arguments: Dialect.allCases)
    func unknownReceiver(dialect: Dialect) async throws {
        try await DchatDatabases.with(dialect) { fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                let draft = DchatMessenger.Draft(sender: 3, receiver: 5_000_000, content: "Anybody?")
                for way in Way.allCases {
                    let sent = try await DchatMessenger().send(draft, way, on: connection)
                    #expect(sent == nil, "\(way.rawValue)")
                }
            }
            #expect(try await fixture.integer("SELECT count(*) FROM \(fixture.table("messages"))") == 30_000)
        }
    }

    @Test("requests drawn at random find what they ask for, in every way alike", arguments: Dialect.allCases)
    func requests(dialect: Dialect) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let shape = DchatShape(size: .small, dialect: dialect)
        try await DchatDatabases.with(dialect, indexes: .expert) { fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                for target in DchatTarget.all {
                    var random = SplitMix64(seed: seed)
                    for _ in 0..<20 {
                        let request = DchatRequest.random(target.operation, in: shape, using: &random)
                        #expect(request.operation == target.operation)
                        let shown = try await request.run(.expert, on: connection)
                        let isConversation = target.operation == .loadMessages
                        #expect(!shown.isEmpty || isConversation, "\(request), seed \(seed)")
                        guard [.login, .loadMessages].contains(target.operation) else { continue }
                        let before = try await request.run(.before, on: connection)
                        #expect(before == shown, "\(request), seed \(seed)")
                    }
                }
            }
        }
    }

    @Test(
        "a load draws the same from the same seed, in the shares of the table, and leaves nothing unless it may",
        arguments: Dialect.allCases
    )
    func load(dialect: Dialect) async throws {
        let requests = DchatCaseStudy().requests(.expert, of: .small, for: dialect)
        #expect(requests.map(\.name) == DchatTarget.all.map(\.operation.rawValue))
        #expect(requests.map(\.share) == DchatTarget.all.map(\.share))
        #expect(requests.map(\.target?.time) == DchatTarget.all.map(\.target))
        #expect(requests.map(\.target?.acceptable) == DchatTarget.all.map(\.acceptable))
        try await DchatDatabases.with(dialect, indexes: .expert) { fixture in
            let tables = ["messages", "groups", "group_members"].map(fixture.table)
            func rows() async throws -> [Int] {
                var rows: [Int] = []
                for table in tables { rows.append(try await fixture.integer("SELECT count(*) FROM \(table)")) }
                return rows
            }
            let before = try await rows()
            var drawn: [[[UInt64]]] = []
            let recorder = TraceRecorder()
            for seed in [UInt64(7), 7, 8] {
                let known = recorder.traces.count
                try await RecordingEngine(fixture.engine, recorder: recorder)
                    .withConnection(.readWrite) { connection in
                        for request in requests.map(\.leavingNothing) {
                            var random = SplitMix64(seed: seed)
                            for _ in 0..<10 {
                                try await recorder.withTrace(request.name) {
                                    try await request.body(&random, connection)
                                }
                            }
                        }
                    }
                let executions = recorder.traces.dropFirst(known).flatMap(\.executions)
                #expect(executions.allSatisfy { !$0.failed })
                drawn.append(executions.map(\.parameterDigests))
                #expect(try await rows() == before)
            }
            #expect(drawn[0] == drawn[1] && drawn[0] != drawn[2])
            try await fixture.engine.withConnection(.readWrite) { connection in
                var random = SplitMix64(seed: 7)
                for request in requests { try await request.body(&random, connection) }
            }
            let members = 1 + DchatRequest.membersOfGroup
            #expect(try await zip(rows(), before).map { $0 - $1 } == [1, 1, members])
        }
    }

    @Test("has the document's table of targets, and a tenth of each")
    func targets() {
        let milliseconds = DchatTarget.Operation.allCases.map { operation in
            DchatTarget.all.first { $0.operation == operation }
                .map { [$0.p95Max, $0.target, $0.acceptable].map { Int($0 / .milliseconds(1)) } }
        }
        #expect(
            milliseconds == [[10, 100, 500], [50, 500, 2_000], [15, 150, 500], [30, 300, 1_000], [20, 200, 1_000]]
        )
        #expect(abs(DchatTarget.all.reduce(0) { $0 + $1.share } - 1) < 1e-9)
    }
}
