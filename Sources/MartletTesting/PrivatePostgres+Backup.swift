extension PrivatePostgres {
    /// Lines of postgresql.conf by which a server archives its log into a folder beside it.
    package static let archiving = [
        "archive_mode": "on",
        "archive_command": "mkdir -p ../archive && test ! -f ../archive/%f && cp %p ../archive/%f",
    ]

    /// The folder that a server with these settings archives to.
    package var archive: String { "\(folder)/archive" }

    /// How far a base backup is brought.
    package enum Recovery: Sendable {
        /// To the end of the backup itself.
        case backupAlone
        /// To the end of the archive.
        case archive
        /// To a restore point, by the segments of the archive.
        case restorePoint(String)

        /// Lines of postgresql.conf; nil where nothing is replayed.
        fileprivate var settings: [String]? {
            // 'hot_standby' off: nobody is let in before all is replayed.
            let replay = ["restore_command = 'cp ../archive/%f %p'", "hot_standby = off"]
            return switch self {
            case .backupAlone: nil
            case .archive: replay
            case .restorePoint(let name):
                replay + ["recovery_target_name = '\(name)'", "recovery_target_action = promote"]
            }
        }
    }

    /// Copies the cluster while its server runs.
    package func takeBaseBackup() async throws(PrivatePostgresError) {
        let result = try await supervisor.run("make_backup")
        guard result.status == 0 else {
            throw PrivatePostgresError(.setupFailed, "pg_basebackup failed: \(result.output)")
        }
    }

    /// Ends the segment that is being written and waits until the archive has it; returns its name.
    @discardableResult
    package func archiveSegment() async throws(PrivatePostgresError) -> String {
        let segment = try await query("SELECT pg_walfile_name(pg_switch_wal())")
        // Each turn starts a process of about 20 ms.
        for _ in 0..<500 where try await query("SELECT last_archived_wal >= '\(segment)' FROM pg_stat_archiver") == "t"
        {
            return segment
        }
        throw PrivatePostgresError(.serverFailed, "the segment \(segment) was not archived")
    }

    /// Starts a server on a copy of the base backup; it takes the place of the replica.
    package func restore(_ recovery: Recovery) async throws(PrivatePostgresError) {
        let lines = recovery.settings.map { ["archive_mode = off"] + $0 } ?? ["archive_mode = off"]
        let kind = recovery.settings == nil ? "alone" : "replayed"
        let words = lines.map(Self.quoted).joined(separator: " ")
        let result = try await supervisor.run("restore_backup \(kind) \(words)")
        guard result.status == 0 else {
            throw PrivatePostgresError(.setupFailed, "the base backup cannot be copied: \(result.output)")
        }
        try await launch(.replica)
    }
}
