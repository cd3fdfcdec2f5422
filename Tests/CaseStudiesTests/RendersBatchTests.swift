import CaseStudies
import Foundation
import Martlet
import MartletCore
import Testing

@Suite("Batches of the render studio")
struct RendersBatchTests {
    private let study = RendersCaseStudy()

    @Test("the document's list reorders and drops duplicates; an array keeps both", arguments: Dialect.allCases)
    func orderAndDuplicates(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            let wanted = [7, 3, 7, 9].map { RendersID.render($0) }
            try await fixture.engine.withConnection(.readOnly) { connection in
                for way in [Way.before, .seed, .expert] {
                    let rows = try await RenderBatches().renders(wanted, way, on: connection)
                    let expected = way == .seed ? [9, 7, 3].map { RendersID.render($0) } : wanted
                    #expect(rows.map { UUID(from: $0[0]) } == expected, "\(way.rawValue)")
                }
            }
        }
    }

    @Test("an empty batch asks nothing", arguments: Dialect.allCases)
    func emptyBatch(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            let recorder = TraceRecorder()
            try await RecordingEngine(fixture.engine, recorder: recorder)
                .withConnection(.readWrite) { connection in
                    for way in Way.allCases {
                        let rows = try await RenderBatches().renders([], way, on: connection)
                        let changed = try await RenderBatches().setStatus("failed", of: [], way, on: connection)
                        #expect(rows.isEmpty && changed == 0, "\(way.rawValue)")
                    }
                }
            #expect(recorder.omissions.executionsOutsideTraces == 0)
        }
    }

    @Test("100,000 identifiers are one value, but too many placeholders", arguments: Dialect.allCases)
    func manyIdentifiers(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            let wanted = (1...100_000).map { RendersID.render(($0 * 13) % 10_000 + 1) }
            try await fixture.engine.withConnection(.readWrite) { connection in
                if dialect == .postgres {
                    // How many SQLite takes depends on how it was built: 32,766, but 250,000 on Debian.
                    await #expect(throws: EngineError.self) {
                        _ = try await RenderBatches().renders(wanted, .seed, on: connection)
                    }
                }
                let given = try await RenderBatches().renders(wanted, .expert, on: connection)
                #expect(given.map { UUID(from: $0[0]) } == wanted)
                let changed = try await RenderBatches().setStatus("pending", of: wanted, .expert, on: connection)
                #expect(changed == 10_000, "each row once")
            }
        }
    }

    @Test(
        "the document's batch forgets why a render failed; the other keeps it unless told",
        arguments: Dialect.allCases
    )
    func errorMessages(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            let renders = fixture.table("renders")
            let known: BoundStatement = "SELECT count(*) FROM \(renders) WHERE error_message IS NOT NULL"
            let before = try await fixture.integer(known)
            #expect(before > 200)
            let all = (1...10_000).map { RendersID.render($0) }
            try await fixture.engine.withConnection(.readWrite) { connection in
                let one = [RendersID.render(1)]
                #expect(try await RenderBatches().setStatus("pending", of: all, .expert, on: connection) == 10_000)
                #expect(try await fixture.integer(known) == before)
                for way in [Way.before, .expert] {
                    let why = "told by \(way.rawValue)"
                    _ = try await RenderBatches().setStatus("failed", errorMessage: why, of: one, way, on: connection)
                    let told: BoundStatement = "SELECT count(*) FROM \(renders) WHERE error_message = \(why)"
                    #expect(try await fixture.integer(told) == 1)
                }
                #expect(try await RenderBatches().setStatus("pending", of: all, .seed, on: connection) == 10_000)
                #expect(try await fixture.integer(known) == 0)
            }
        }
    }

    @Test("batches that overlap in opposite order wait for each other and do not deadlock")
    func overlappingBatches() async throws {
        try await CaseFixture.with(study, .postgres) { fixture in
            let forward = (1...500).map { RendersID.render($0) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    let ids = number.isMultiple(of: 2) ? forward : forward.reversed()
                    group.addTask {
                        try await fixture.engine.withConnection(.readWrite) { connection in
                            for _ in 0..<5 {
                                let changed = try await RenderBatches()
                                    .setStatus("processing", of: ids, .expert, on: connection)
                                #expect(changed == 500)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
