import CaseStudies
import MartletCore
import Testing

@Suite("What caches of the applications hold")
struct CacheGaugeTests {
    @Test("is known of each way that has one, once it has run", arguments: Dialect.allCases)
    func bytes(dialect: Dialect) async throws {
        for (study, rows) in [
            (JourneysCaseStudy() as any CaseStudy, ["2c", "2c-warm", "2c-tenants", "2f"]),
            (AuthChatCaseStudy(), ["4d-cached"]),
        ] {
            try await CaseFixture.with(study, dialect) { fixture in
                for id in rows {
                    let operation = try fixture.operation(id)
                    #expect(operation.cacheBytes(.expert) == nil)
                    for way in [Way.before, .seed, .expert] { _ = try await fixture.rolledBack(operation, way) }
                    #expect(operation.cacheBytes(.before) == nil)
                    let (seed, expert) = (operation.cacheBytes(.seed) ?? 0, operation.cacheBytes(.expert) ?? 0)
                    #expect(seed > 50 && expert > 50, "\(id): \(seed) and \(expert) bytes")
                    #expect(expert < 1 << 20, "\(id): \(expert) bytes")
                }
            }
        }
    }
}
