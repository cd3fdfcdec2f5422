import Martlet
import MartletCore
import Testing

@Suite("Keyset pages, at random")
struct PagingPropertyTests {
    private static let rounds = 25

    @Test(
        "each row that is there throughout appears once and in order, both ways, while others come and go",
        arguments: Dialect.allCases
    )
    func everyRowOnce(_ dialect: Dialect) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of the pages on \(dialect): \(seed)")
        var random = SplitMix64(seed: seed)
        let signer = try CursorSigner(key: Array(repeating: 7, count: 32))
        try await PagingDatabase(dialect)
            .withConnection { connection in
                var items = try await PagingItems(on: connection)
                for round in 0..<Self.rounds {
                    let order = PagingItems.order(using: &random)
                    try await connection.run("DELETE FROM items")
                    let lasting = Set(try await items.add(Int.random(in: 0...60, using: &random), using: &random))
                    let pages = PagedStatement(
                        "SELECT * FROM items WHERE tenant = \(1);",
                        orderedBy: order,
                        signer: signer
                    )
                    let expected = try await ids(in: order, on: connection).filter(lasting.contains)
                    let context: Comment = "seed \(seed), round \(round), order \(order)"
                    let forwards = try await walk(pages, .forwards, &items, keeping: lasting, &random)
                    #expect(forwards.filter(lasting.contains) == expected, context)
                    #expect(Set(forwards).count == forwards.count, "a row came twice, \(context)")
                    let backwards = try await walk(pages, .backwards, &items, keeping: lasting, &random)
                    #expect(backwards.filter(lasting.contains) == expected.reversed(), context)
                    #expect(Set(backwards).count == backwards.count, "a row came twice, \(context)")
                }
            }
    }

    private enum Way {
        case forwards
        case backwards
    }

    /// What the database itself says the order is.
    private func ids(in order: [PageKey], on connection: any Connection) async throws -> [Int] {
        let terms = order.map { key in
            let nulls =
                switch key.nulls {
                case .never: ""
                case .first: " NULLS FIRST"
                case .last: " NULLS LAST"
                }
            return key.column.quoted + (key.direction == .ascending ? " ASC" : " DESC") + nulls
        }
        return
            try await connection.run(
                "SELECT id FROM items WHERE tenant = 1 ORDER BY \(unsafeSQL: terms.joined(separator: ", "))"
            )
            .map { try $0.decode(Int.self, at: 0) }
    }

    /// Ids in the order in which they are met; between pages other rows are added and removed.
    private func walk(
        _ pages: PagedStatement,
        _ way: Way,
        _ items: inout PagingItems,
        keeping lasting: Set<Int>,
        _ random: inout SplitMix64
    ) async throws -> [Int] {
        var met: [Int] = []
        var size = Int.random(in: 1...9, using: &random)
        var page =
            way == .forwards
            ? try await pages.page(size: size, on: items.connection)
            : try await pages.lastPage(size: size, on: items.connection)
        while true {
            let ids = try page.rows.map { try $0.decode(Int.self, "id") }
            #expect(ids.count <= size)
            met += way == .forwards ? ids : ids.reversed()
            guard let cursor = way == .forwards ? page.next : page.previous else { return met }
            for id in try await items.add(2, using: &random) where Bool.random(using: &random) {
                try await items.connection.run("DELETE FROM items WHERE id = \(id)")
            }
            if let last = met.last, !lasting.contains(last) {
                // The row that the cursor was made at goes too.
                try await items.connection.run("DELETE FROM items WHERE id = \(last)")
            }
            size = Int.random(in: 1...9, using: &random)
            page = try await pages.page(at: PageCursor(cursor.text), size: size, on: items.connection)
        }
    }
}
