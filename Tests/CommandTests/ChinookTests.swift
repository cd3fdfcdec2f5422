import Foundation
import MartletCore
import Testing

/// A schema that is not ours.
@Suite struct ChinookTests {
    /// Columns of foreign keys that lead no index once Chinook's own indexes are left out.
    ///
    /// `PlaylistTrack.PlaylistId` is not among them: it leads the primary key.
    static let unindexed = [
        "Album.ArtistId", "Customer.SupportRepId", "Employee.ReportsTo", "Invoice.CustomerId",
        "InvoiceLine.InvoiceId", "InvoiceLine.TrackId", "PlaylistTrack.TrackId", "Track.AlbumId", "Track.GenreId",
        "Track.MediaTypeId",
    ]

    static func fixture(_ name: String) throws -> String {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "sql"))
        return try String(contentsOf: url, encoding: .utf8)
    }

    /// Identities of findings that say that something is wrong: notes on sizes and statistics left out.
    private func faults(_ database: TestDatabase) async throws -> Set<String> {
        let result = try await Command("check", database.argument, "--format", "json").run()
        #expect(result.status == 0, "\(result)")
        return Set(
            try result.findings().keys.filter { !$0.hasPrefix("largest-relations/") && !$0.hasSuffix("/statistics") }
        )
    }

    @Test("finds each foreign key that has no index, and nothing else", arguments: Dialect.allCases)
    func withoutIndexes(_ dialect: Dialect) async throws {
        let database = try await TestDatabase(dialect, name: "chinook.db", script: Self.fixture("chinook"))
        let expected = Self.unindexed.map { "foreign-key-without-index/\(Shop.schema(dialect)).\($0)" }
        #expect(try await faults(database) == Set(expected))
    }

    @Test("finds with Chinook's own indexes only the one that its primary key makes redundant", arguments: Dialect.allCases)
    func withIndexes(_ dialect: Dialect) async throws {
        let script = try Self.fixture("chinook") + Self.fixture("chinook-indexes")
        let database = try await TestDatabase(dialect, name: "chinook.db", script: script)
        let expected = "redundant-index/\(Shop.schema(dialect)).IFK_PlaylistTrackPlaylistId"
        #expect(try await faults(database) == [expected])
    }

    @Test("mends all that it finds, one command after the other, and undoes it", arguments: Dialect.allCases)
    func mended(_ dialect: Dialect) async throws {
        let database = try await TestDatabase(dialect, name: "chinook.db", script: Self.fixture("chinook"))
        let original = try await database.schema()
        let found = try await faults(database).sorted()
        for id in found {
            let applied = try await Command("apply", database.argument, id).run()
            #expect(applied.status == 0, "\(id): \(applied)")
        }
        #expect(try await faults(database) == [])
        for _ in found {
            let undone = try await Command("rollback", database.argument).run()
            #expect(undone.status == 0, "\(undone)")
        }
        #expect(try await database.schema() == original)
    }
}
