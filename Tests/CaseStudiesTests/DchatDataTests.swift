import CaseStudies
import MartletCore
import Testing

@Suite("Data of the wallet messenger")
struct DchatDataTests {
    @Test("the same seed gives the same rows, another seed others", arguments: Dialect.allCases)
    func deterministic(dialect: Dialect) async throws {
        try await Determinism(DchatCaseStudy(), dialect).check(differing: "messages")
    }

    @Test(
        "has the rows of its size; SQLite gets a quarter of the large one",
        arguments: [
            (CaseSize.small, Dialect.postgres, [1_000, 30_000, 200, 4_000]),
            (.small, .sqlite, [1_000, 30_000, 200, 4_000]),
            (.large, .postgres, [50_000, 3_600_000, 20_000, 400_000]),
            (.large, .sqlite, [12_500, 900_000, 5_000, 100_000]),
        ] as [(CaseSize, Dialect, [Int])]
    )
    func sizes(size: CaseSize, dialect: Dialect, expected: [Int]) {
        #expect(DchatCaseStudy().tables(of: size, for: dialect, seed: 1).map(\.rowCount) == expected)
    }

    @Test(
        "has two busy users with one old message in common, a long conversation, a full inbox",
        arguments: Dialect.allCases
    )
    func shape(dialect: Dialect) async throws {
        try await DchatDatabases.with(dialect) { fixture in
            let messages = fixture.table("messages")
            func count(_ condition: String) async throws -> Int {
                try await fixture.integer("SELECT count(*) FROM \(messages) WHERE \(unsafeSQL: condition)")
            }
            for user in [8, 9] {
                #expect(try await count("sender_id = \(user)") == 3_000)
                #expect(try await count("receiver_id = \(user)") == 3_000)
            }
            let common = "(sender_id = 8 AND receiver_id = 9) OR (sender_id = 9 AND receiver_id = 8)"
            #expect(try await count(common) == 1)
            let older = """
                "timestamp" < (SELECT "timestamp" FROM \(messages.quoted) WHERE \(common))
                """
            #expect(try await count(older) == 1, "the second message of all")
            #expect(try await count("sender_id IN (3, 4) AND receiver_id IN (3, 4)") == 1_000)
            #expect(try await count("receiver_id = 123 AND status = 'unread'") == 300)
            #expect(try await count("receiver_id = 123") == 1_500)
            #expect(try await count("sender_id = receiver_id") == 0)
            let places = try await fixture.integer(
                #"SELECT count(DISTINCT "timestamp") FROM \#(messages)"#
            )
            #expect(places == 30_000, "no two at the same instant")
        }
    }

    @Test("user 7 is in many groups, and nobody twice in one", arguments: Dialect.allCases)
    func memberships(dialect: Dialect) async throws {
        try await DchatDatabases.with(dialect) { fixture in
            let members = fixture.table("group_members")
            let groups = try await fixture.integer("SELECT count(*) FROM \(members) WHERE user_id = 7")
            #expect(groups == 160)
            let pairs = try await fixture.integer(
                "SELECT count(*) FROM (SELECT DISTINCT group_id, user_id FROM \(members)) AS pairs"
            )
            #expect(pairs == 4_000)
        }
    }

    @Test("places in time are those of the numbers but for one in ten, and no two share one")
    func placesInTime() {
        let shape = DchatShape(size: .small, dialect: .postgres)
        let places = (1...shape.messages).map(shape.placeInTime)
        #expect(Set(places) == Set(1...shape.messages))
        #expect(zip(1..., places).count { $0 != $1 } == shape.messages / 10)
        #expect(
            (1...shape.messages).allSatisfy { shape.message(atPlaceInTime: shape.placeInTime(ofMessage: $0)) == $0 }
        )
    }

    @Test("memberships of the large sizes are unique, too", arguments: Dialect.allCases)
    func largeMemberships(dialect: Dialect) async throws {
        let table = try #require(
            DchatCaseStudy().tables(of: .large, for: dialect, seed: 1).first { $0.name.name == "group_members" }
        )
        var pairs: Set<Int> = []
        try await table.forEachBatch { rows in
            for row in rows {
                guard let group = Int(from: row[1]), let user = Int(from: row[2]) else { continue }
                pairs.insert(group * 1_000_000 + user)
            }
        }
        #expect(pairs.count == table.rowCount)
    }
}
