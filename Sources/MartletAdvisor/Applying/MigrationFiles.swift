package import Foundation
import MartletCore

/// A migration as files that a person can read and run: `up.sql`, `down.sql` and `verify.sql`.
package struct MigrationFiles: Sendable, Hashable {
    /// One file.
    package struct Document: Sendable, Hashable {
        /// Its name within the migration's folder.
        package var name: String
        /// What it holds.
        package var text: String
    }

    private let migration: Migration

    /// Writes this migration out.
    package init(_ migration: Migration) {
        self.migration = migration
    }

    /// The three files, without touching the disk: also what a dry run shows.
    package var documents: [Document] {
        let plan = migration.plan
        return [
            Document(name: "up.sql", text: header("up", "makes the change") + body(plan.up, nothing: "nothing to do")),
            Document(
                name: "down.sql",
                text: header("down", "undoes the change") + body(plan.down, nothing: "there is nothing to undo")
            ),
            Document(name: "verify.sql", text: header("verify", "says whether the change is in place") + queries),
        ]
    }

    /// All three files as one text, for `--dry-run`.
    package var dryRun: String {
        documents.map { "-- ==> \($0.name)\n\($0.text)" }.joined(separator: "\n")
    }

    /// Writes `<directory>/<id>/up.sql` and its two siblings and returns their paths.
    ///
    /// Files of the same names are replaced: the same migration writes the same bytes.
    @discardableResult
    package func write(to directory: String, files: FileManager) throws(MigrationError) -> [String] {
        let folder = directory + "/" + migration.id
        do {
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            return try documents.map { document in
                let path = folder + "/" + document.name
                try Data(document.text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
                return path
            }
        } catch {
            let reason = Self.reason(error, folder: folder, files: files)
            throw MigrationError(
                .unwritableFiles,
                "write the migration to \(folder): \(reason); choose another directory",
                cause: error
            )
        }
    }

    /// Why, in words where Foundation has only the number of an error.
    private static func reason(_ error: any Error, folder: String, files: FileManager) -> String {
        var path = folder
        while !path.isEmpty, path != "/", !files.fileExists(atPath: path) {
            path = (path as NSString).deletingLastPathComponent
        }
        var isDirectory: ObjCBool = false
        if files.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue {
            return "\(path) is a file, not a directory"
        }
        let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        guard let cause, cause.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
        return String(cString: strerror(Int32(cause.code)))
    }

    private func header(_ part: String, _ purpose: String) -> String {
        let steps = part == "up" ? migration.plan.up : part == "down" ? migration.plan.down : []
        let isPostgres = migration.dialect == .postgres
        var lines = ["\(migration.id): \(part), which \(purpose)", migration.plan.summary]
        if !migration.finding.isEmpty { lines.append("finding: \(migration.finding)") }
        lines.append("checksum of up, down and verify: \(migration.checksum)")
        for (number, step) in steps.enumerated() { lines.append("lock of step \(number + 1): \(step.lock)") }
        lines.append(
            isPostgres
                ? "run with: psql -X -v ON_ERROR_STOP=1 -f \(part).sql <database>"
                : "run with: sqlite3 -bail <file> < \(part).sql"
        )
        if steps.contains(where: { !$0.isTransactional }) {
            lines.append("CONCURRENTLY may not run in a transaction: no BEGIN, and no psql --single-transaction.")
        }
        if part != "verify" { lines.append("Run by hand, it is not entered into the journal that `status` reads.") }
        return lines.map(Self.comment).joined(separator: "\n") + "\n\n"
    }

    private func body(_ steps: [MigrationStep], nothing: String) -> String {
        if steps.isEmpty { return Self.comment(nothing) + "\n" }
        let isPostgres = migration.dialect == .postgres
        let settings = isPostgres ? "SET lock_timeout = '2s';\nSET statement_timeout = 0;\n\n" : ""
        let texts = steps.enumerated()
            .map { number, step in
                let sql = Self.terminated(step.sql)
                let begin = isPostgres ? "BEGIN;" : "BEGIN IMMEDIATE;"
                let wrapped = step.isTransactional ? "\(begin)\n\(sql)\nCOMMIT;" : sql
                return Self.comment("step \(number + 1) of \(steps.count)") + "\n" + wrapped + "\n"
            }
        return settings + texts.joined(separator: "\n")
    }

    private var queries: String {
        let verify = migration.plan.verify
        if verify.isEmpty { return Self.comment("nothing to verify") + "\n" }
        return Self.comment("Each query gives true (1 on SQLite) when the change is in place.") + "\n"
            + verify.map { Self.terminated($0) + "\n" }.joined(separator: "\n")
    }

    private static func terminated(_ sql: String) -> String {
        sql.trimmingSuffix { $0.isWhitespace || $0 == ";" } + ";"
    }

    /// A line break in a name must not end the comment.
    private static func comment(_ text: String) -> String {
        "-- " + text.split(whereSeparator: \.isNewline).joined(separator: "\n-- ")
    }
}
