import Foundation
import MartletTesting
import Testing

/// The document's "hourly incremental" backup, which PostgreSQL before version 17 does not have.
///
/// It has a copy of the cluster and the segments of its log, and loses what is in no segment that was archived.
@Suite("Backups of the wallet messenger")
struct DchatBackupTests {
    @Test("a backup and the archive bring back any moment up to the last segment that was archived, and none behind it")
    func lastSegment() async throws {
        try await withArchivingServer { server in
            try await write("before the backup", to: server)
            try await server.takeBaseBackup()
            try await write("archived", to: server)
            _ = try await server.query("SELECT pg_create_restore_point('before_the_mistake')")
            _ = try await server.query("DELETE FROM kept")
            try await write("behind the mistake", to: server)
            try await server.archiveSegment()
            try await write("not yet archived", to: server)

            // Each as if the disk of the primary had been lost now.
            #expect(try await restored(.backupAlone, of: server) == ["before the backup"])
            #expect(try await restored(.archive, of: server) == ["behind the mistake"])
            let beforeMistake = try await restored(.restorePoint("before_the_mistake"), of: server)
            #expect(beforeMistake == ["before the backup", "archived"])
            // What archive_timeout does by itself: it, and no schedule of backups, says how much can be lost.
            try await server.archiveSegment()
            #expect(try await restored(.archive, of: server) == ["behind the mistake", "not yet archived"])
        }
    }

    @Test("a hole in the archive is no error anywhere: only who restores and counts sees what is lost")
    func missingSegment() async throws {
        try await withArchivingServer { server in
            try await server.takeBaseBackup()
            var segments: [String] = []
            for what in ["first", "second", "third"] {
                try await write(what, to: server)
                segments.append(try await server.archiveSegment())
            }
            let (segment, elsewhere) = ("\(server.archive)/\(segments[1])", "\(server.archive)/elsewhere")
            try FileManager.default.moveItem(atPath: segment, toPath: elsewhere)
            #expect(try await server.query("SELECT failed_count FROM pg_stat_archiver") == "0")
            #expect(try await restored(.archive, of: server) == ["first"], "the third was archived, too")

            try FileManager.default.moveItem(atPath: elsewhere, toPath: segment)
            #expect(try await restored(.archive, of: server) == ["first", "second", "third"])
        }
    }

    private func write(_ what: String, to server: PrivatePostgres) async throws {
        _ = try await server.query("INSERT INTO kept (what) VALUES ('\(what)')")
    }

    /// What a server has that is restored now.
    private func restored(_ recovery: PrivatePostgres.Recovery, of server: PrivatePostgres) async throws -> [String] {
        try await server.restore(recovery)
        return try await server.query("SELECT what FROM kept ORDER BY number", on: .replica)
            .split(separator: "\n").map(String.init)
    }

    private func withArchivingServer(_ body: (PrivatePostgres) async throws -> Void) async throws {
        let options = PrivatePostgres.Options(autovacuum: false, settings: PrivatePostgres.archiving)
        let server = try await PrivatePostgres.startedOrCancelled(options)
        _ = try await server.query(
            "CREATE TABLE kept (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, what text)"
        )
        try await body(server)
        await server.stop()
    }
}
