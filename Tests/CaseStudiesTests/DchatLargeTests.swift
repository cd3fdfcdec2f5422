import CaseStudies
import Foundation
import MartletCore
import MartletPostgres
import MartletTesting
import Synchronization
import Testing

/// The bars that are set for size L: minutes to build, so only on request, by `make test-long`.
@Suite(
    "The wallet messenger at size L",
    .enabled(if: ProcessInfo.processInfo.environment["MARTLET_SIZE_L"] != nil, "set MARTLET_SIZE_L to run it")
)
struct DchatLargeTests {
    private let study = DchatCaseStudy()

    @Test("meets the bars of its rows on PostgreSQL")
    func postgres() async throws {
        let server = try await PrivatePostgres.start(.init(settings: ["shared_buffers": "1GB", "max_wal_size": "4GB"]))
        let fixture = CaseFixture(study: study, engine: try PostgresEngine(server.connectionString()))
        let builder = CaseBuilder(study, size: .large)
        let none = try await fixture.engine.withConnection(.readWrite) { connection in
            try await builder.build(on: connection)
            return try await measured(.before, connection)
        }
        let seed = try await fixture.engine.withConnection(.readWrite) { connection in
            try await builder.replaceIndexes(.none, by: .seed, on: connection)
            try await connection.run("VACUUM ANALYZE")
            return try await measured(.seed, connection)
        }
        let expert = try await fixture.engine.withConnection(.readWrite) { connection in
            try await builder.replaceIndexes(.seed, by: .expert, on: connection)
            try await CaseFixture.apply(study.migration(for: .expert, dialect: .postgres)?.up ?? [], on: connection)
            try await connection.run("VACUUM ANALYZE")
            return try await measured(.expert, connection)
        }
        for id in none.keys.sorted() {
            print(id, [none, seed, expert].map { $0[id].map { "\($0.seconds * 1_000) ms, \($0.pages) B" } ?? "" })
        }
        func ratio(_ id: String, _ slow: [String: Work], _ fast: [String: Work]) -> Double {
            (slow[id]?.seconds ?? 0) / max(fast[id]?.seconds ?? .infinity, 1e-9)
        }
        #expect(ratio("3a", none, expert) >= 1_000)
        #expect(expert["3a"]?.pages ?? .max <= 8)
        #expect(ratio("3b", seed, expert) >= 1_000)
        #expect(seed["3b"]?.pages ?? 0 > none["3b"]?.pages ?? .max, "the document's indexes are worse than none")
        #expect(expert["3b"]?.pages ?? .max <= 60 && expert["3d-load"]?.pages ?? .max <= 60)
        #expect(expert["3c"]?.pages ?? .max <= 200 && expert["3c"]?.discarded == 0)
        #expect(ratio("3e", seed, expert) >= 500)
        for id in ["3d-login", "3d-search", "3d-load"] { #expect(expert[id]?.seconds ?? 1 < 0.010, "\(id)") }
        try await months(fixture)
        await server.stop()
    }

    private func months(_ fixture: CaseFixture) async throws {
        try await fixture.engine.withConnection(.readWrite) { connection in
            let months = DchatPartitioning.ofData
            let clock = ContinuousClock()
            print("converted in", try await clock.measure { try await months.convert(on: connection) })
            let month = months.months[2]
            let plan = try await connection.explain(months.statement(of: month), analyze: true)
            #expect(Set(plan.nodes.compactMap(\.table)) == [month.partition.name])
            let time = try await clock.measure { try await months.detach(month, on: connection) }
            print("detached in", time)
            #expect(time < .milliseconds(100))
        }
    }

    /// What the statements of an operation took, warm.
    private struct Work {
        var seconds = 0.0
        var pages = 0
        var discarded = 0.0
    }

    /// All operations that only read; the fastest of three runs of each statement.
    private func measured(_ way: Way, _ connection: any Connection) async throws -> [String: Work] {
        var works: [String: Work] = [:]
        for operation in study.operations(of: .large) where operation.change == .nothing {
            // What is on tables of its own is the same whatever the indexes.
            guard operation.opening == nil, let body = operation.ways[way] else { continue }
            let collector = StatementWork.Collector()
            _ = try await body(ObservedConnection(connection, observer: collector))
            var runs: [Work] = []
            for _ in 0..<3 {
                var work = Work()
                for statement in collector.statements.withLock({ $0 }) {
                    let plan = try await connection.explain(statement, analyze: true)
                    work.seconds += plan.executionSeconds ?? 0
                    work.pages += plan.buffers?.total ?? 0
                    work.discarded += plan.nodes.reduce(0) { $0 + ($1.rowsRemovedByFilter ?? 0) }
                }
                runs.append(work)
            }
            works[operation.id] = runs.min { $0.seconds < $1.seconds }
        }
        let sizes = try await connection.run(
            "SELECT relname::text, pg_indexes_size(oid) FROM pg_class WHERE oid = 'dchat.messages'::regclass"
        )
        print(way.rawValue, "bytes of indexes of messages:", try sizes[0].decode(Int.self, at: 1))
        return works
    }
}
