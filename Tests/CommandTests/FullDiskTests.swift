import Foundation
import MartletCore
import Testing

/// A disk without room: the file stays as it was, and the same command works once there is room.
@Suite struct FullDiskTests {
    /// A shop whose new index takes half a megabyte, in this journal mode; and the size of its file.
    private func shop(_ journal: String) async throws -> (shop: TestDatabase, kilobytes: Int) {
        let shop = try await Shop.make(.sqlite)
        try await shop.run(
            """
            INSERT INTO orders
            WITH RECURSIVE n(i) AS (SELECT 4001 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
            SELECT i, i % 200 + 1, '2026-01-01', 1 FROM n
            """
        )
        try await shop.engine.withConnection(.readWrite) { connection in
            _ = try await connection.run("PRAGMA wal_checkpoint(TRUNCATE)")
            _ = try await connection.run("PRAGMA journal_mode = \(unsafeSQL: journal)")
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: shop.argument)
        return (shop, try #require(attributes[.size] as? Int) / 1_024)
    }

    private func expectNothingChanged(
        by apply: CommandResult,
        in folder: CommandFolder,
        _ shop: TestDatabase,
        _ original: [String]
    ) async throws {
        #expect(apply.status == 3, "\(apply)")
        #expect(apply.errors.contains("make room"), "\(apply)")
        #expect(!folder.leftovers.contains("martlet-migrations"), "no files for what is not applied")
        #expect(try await shop.schema() == original)
        #expect(try await shop.rows("PRAGMA integrity_check") == [["ok"]])
        let again = try await Command("apply", shop.argument, Shop.foreignKey(.sqlite)).run()
        #expect(again.status == 0, "\(again)")
    }

    @Test("a file that may not grow stays as it was", arguments: ["WAL", "DELETE"])
    func limit(_ journal: String) async throws {
        let (shop, kilobytes) = try await shop(journal)
        let original = try await shop.schema()
        let folder = CommandFolder()
        let apply = try await Command("apply", shop.argument, Shop.foreignKey(.sqlite)).in(folder)
            .withFilesUpTo(kilobytes: (journal == "WAL" ? 0 : kilobytes) + 128).run()
        try await expectNothingChanged(by: apply, in: folder, shop, original)
    }

    @Test(
        "a file on a full disk stays as it was",
        .enabled("no disk can be mounted here") { await Command.canMount() },
        arguments: ["WAL", "DELETE"]
    )
    func disk(_ journal: String) async throws {
        let (shop, kilobytes) = try await shop(journal)
        let original = try await shop.schema()
        let folder = CommandFolder()
        let apply = try await Command("apply", "disk/full.db", Shop.foreignKey(.sqlite)).in(folder)
            .onDisk(ofKilobytes: kilobytes + 256, holding: shop.argument).run()
        try await expectNothingChanged(by: apply, in: folder, shop, original)
    }
}
