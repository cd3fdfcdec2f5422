import Martlet
import MartletTesting
import Testing

@Suite("Counters of SQLite as rows change")
struct SQLiteChangeTests {
    @Test("are exact after every way that rows change", arguments: SQLiteChangeCase.all + SQLiteChangeCase.parents)
    func changes(_ change: SQLiteChangeCase) async throws {
        try await SQLiteCounterFixture.with(change.schema, counters: [change.counter]) { fixture in
            try await fixture.expectExact(change.counter, ignoringCase: change.ignoresCase)
            for sql in change.changes {
                await fixture.attempt(sql)
                try await fixture.expectExact(change.counter, ignoringCase: change.ignoresCase, "after \(sql):")
            }
        }
    }
}
