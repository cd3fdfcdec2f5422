import CaseStudies
import MartletCore
import Testing

@Suite("Work of the chat application")
struct ChatIndexTests {
    private static let tables: Set = ["users", "chats", "messages"]

    @Test(
        "the dashboard reads every row at first, and by counters no table of the application",
        arguments: Dialect.allCases
    )
    func dashboard(dialect: Dialect) async throws {
        let before = try await work("0a", .before, dialect)
        let few = try await work("0a", .expert, dialect, size: .tenThousand)
        let many = try await work("0a", .expert, dialect)
        // 200 users, 1,000 chats and 20,000 messages.
        let read = before.plans.reduce(0) { $0 + ($1.root.actualRows ?? 0) }
        #expect(before.readsWholeTable && read == 21_200)
        switch dialect {
        case .postgres:
            for work in [few, many] {
                #expect(!work.nodes.contains { Self.tables.contains($0.table ?? "") && $0.loops != 0 })
                // Eight pages for each counter.
                #expect(work.amount <= 24, "\(work.amount)")
            }
        case .sqlite:
            #expect(few.amount == many.amount, "twice as many messages, no more work: \(few.amount), \(many.amount)")
            #expect(many.amount * 100 < before.amount, "\(many.amount) of \(before.amount)")
        }
    }

    @Test(
        "a message is sent without a look at those that the chat has, however many they are",
        arguments: Dialect.allCases
    )
    func sending(dialect: Dialect) async throws {
        var (before, expert): ([StatementWork], [StatementWork]) = ([], [])
        for id in ["0b", "0b-busy"] {
            before.append(try await work(id, .before, dialect))
            expert.append(try await work(id, .expert, dialect))
        }
        #expect(before.map { $0.plans[0].root.actualRows } == [1_000, 2_000])
        switch dialect {
        case .postgres:
            for work in expert {
                let counting = work.nodes.filter { $0.table == "messages" && $0.kind != .modify }
                #expect(
                    !counting.isEmpty && counting.allSatisfy { $0.loops == 0 },
                    "counted although the count is known"
                )
            }
            // A chat's row may have to go to another page, which is another look at the free space.
            #expect(abs(expert[0].amount - expert[1].amount) <= 4, "\(expert.map(\.amount))")
            #expect(expert[1].amount * 10 < before[1].amount, "\(expert[1].amount) of \(before[1].amount)")
        case .sqlite:
            #expect(expert[0].amount == expert[1].amount, "\(expert.map(\.amount))")
            #expect(before[1].amount - before[0].amount > 1_000)
            #expect(expert[1].amount * 10 < before[1].amount, "\(expert[1].amount) of \(before[1].amount)")
        }
    }

    private func work(
        _ id: String,
        _ way: Way,
        _ dialect: Dialect,
        size: CaseSize = .small
    ) async throws -> StatementWork {
        let indexes: CaseIndexSet = way == .expert ? .expert : .seed
        return try await CaseFixture.with(ChatCaseStudy(), dialect, size: size, indexes: indexes, way: way) { fixture in
            try await StatementWork.of(id, way, on: fixture)
        }
    }
}
