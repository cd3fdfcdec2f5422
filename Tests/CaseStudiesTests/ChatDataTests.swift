import CaseStudies
import MartletCore
import Testing

@Suite("Data of the chat application")
struct ChatDataTests {
    @Test("the same seed gives the same rows, another seed others", arguments: Dialect.allCases)
    func deterministic(dialect: Dialect) async throws {
        let study = ChatCaseStudy()
        for (first, second) in zip(
            study.tables(of: .tenThousand, for: dialect, seed: 7),
            study.tables(of: .tenThousand, for: dialect, seed: 7)
        ) {
            #expect(try await rows(of: first) == rows(of: second))
        }
        let other = study.tables(of: .tenThousand, for: dialect, seed: 8)
        let same = study.tables(of: .tenThousand, for: dialect, seed: 7)
        #expect(try await rows(of: other[2]) != rows(of: same[2]))
    }

    @Test(
        "has the rows of its size; SQLite gets a quarter of the large one",
        arguments: [
            (CaseSize.small, Dialect.postgres, [200, 1_000, 20_000, 500]),
            (.small, .sqlite, [200, 1_000, 20_000, 500]),
            (.tenThousand, .postgres, [100, 500, 10_000, 250]),
            (.large, .postgres, [20_000, 100_000, 2_000_000, 100_000]),
            (.large, .sqlite, [5_000, 25_000, 500_000, 25_000]),
        ] as [(CaseSize, Dialect, [Int])]
    )
    func sizes(size: CaseSize, dialect: Dialect, expected: [Int]) {
        #expect(ChatCaseStudy().tables(of: size, for: dialect, seed: 1).map(\.rowCount) == expected)
    }

    @Test(
        "loads with a busy chat, one of 1,000 messages, one row in twenty deleted, and true upload counts",
        arguments: Dialect.allCases
    )
    func shape(dialect: Dialect) async throws {
        try await CaseFixture.with(ChatCaseStudy(), dialect) { fixture in
            let messages = fixture.table("messages")
            func live(_ chat: Int) async throws -> Int {
                try await fixture.integer(
                    "SELECT count(*) FROM \(messages) WHERE chat_id = \(chat) AND deleted_at IS NULL"
                )
            }
            #expect(try await live(1) == 2_000)
            #expect(try await live(2) == 1_000)
            let deleted = try await fixture.integer("SELECT count(*) FROM \(messages) WHERE deleted_at IS NOT NULL")
            #expect((800...1_200).contains(deleted), "5 % of 20,000")
            let busiestOther = try await fixture.integer(
                "SELECT max(n) FROM (SELECT count(*) AS n FROM \(messages) WHERE chat_id > 2 GROUP BY chat_id) AS c"
            )
            #expect(busiestOther > 10 * 20_000 / 1_000, "a power law, not an even spread")
            let wrongUploadCounts = try await fixture.integer(
                """
                SELECT count(*) FROM \(fixture.table("users")) AS u WHERE file_upload_count <>
                (SELECT count(*) FROM \(fixture.table("files")) AS f WHERE f.user_id = u.id)
                """
            )
            #expect(wrongUploadCounts == 0)
        }
    }

    private func rows(of table: GeneratedTable) async throws -> [[Value]] {
        var rows: [[Value]] = []
        try await table.forEachBatch { rows += $0 }
        return rows
    }
}
