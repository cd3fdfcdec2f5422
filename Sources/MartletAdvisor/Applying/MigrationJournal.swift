import MartletCore

/// The table in the database that says which migrations were made, and how to undo them.
///
/// `martlet.migrations` on PostgreSQL, `martlet_migrations` on SQLite. It is created by the first migration and never
/// dropped: it is what any machine finds its way back by.
struct MigrationJournal: Sendable {
    let connection: any Connection

    private var isPostgres: Bool { connection.dialect == .postgres }
    private var table: String { isPostgres ? "martlet.migrations" : "martlet_migrations" }

    /// Whether there is one. One round trip; works on a read-only connection.
    func exists() async throws -> Bool {
        let rows: Rows
        if isPostgres {
            rows = try await connection.run(
                """
                SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'martlet' AND c.relname = 'migrations' AND c.relkind IN ('r', 'p')
                """
            )
        } else {
            rows = try await connection.run(
                "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'martlet_migrations'"
            )
        }
        return !rows.isEmpty
    }

    /// Creates it unless it is there. CREATE … IF NOT EXISTS would ask for privileges even where nothing is to be done.
    func create() async throws {
        if try await exists() { return }
        try await connection.transaction { connection in
            if try await lacksSchema() { try await connection.run("CREATE SCHEMA martlet") }
            let (json, instant) = isPostgres ? ("json", "timestamptz") : ("text", "text")
            try await connection.run(
                """
                CREATE TABLE IF NOT EXISTS \(unsafeSQL: table) (
                  id text NOT NULL PRIMARY KEY,
                  finding text NOT NULL,
                  summary text NOT NULL,
                  checksum text NOT NULL,
                  state text NOT NULL,
                  step bigint NOT NULL,
                  up \(unsafeSQL: json) NOT NULL,
                  down \(unsafeSQL: json) NOT NULL,
                  verify \(unsafeSQL: json) NOT NULL,
                  records \(unsafeSQL: json) NOT NULL,
                  created_at \(unsafeSQL: instant) NOT NULL,
                  updated_at \(unsafeSQL: instant) NOT NULL,
                  message text NOT NULL,
                  revision bigint NOT NULL
                )
                """
            )
        }
    }

    private func lacksSchema() async throws -> Bool {
        guard isPostgres else { return false }
        return try await connection.run("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'martlet'").isEmpty
    }

    /// All entries, the oldest first; none if there is no journal.
    func entries() async throws -> [JournalEntry] {
        guard try await exists() else { return [] }
        let rows = try await connection.run("\(unsafeSQL: selection) ORDER BY created_at, id")
        return try rows.map { try decode($0) }
    }

    /// The entry of that name.
    func entry(_ id: String) async throws -> JournalEntry? {
        guard try await exists() else { return nil }
        return try await connection.run("\(unsafeSQL: selection) WHERE id = \(id)").first.map { try decode($0) }
    }

    /// Enters a migration, unless another runner was faster.
    func add(_ entry: JournalEntry) async throws {
        let plan = entry.migration.plan
        let rows = try await connection.run(
            """
            INSERT INTO \(unsafeSQL: table) (id, finding, summary, checksum, state, step, up, down, verify, records,
              created_at, updated_at, message, revision)
            VALUES (\(entry.id), \(entry.migration.finding), \(plan.summary), \(entry.checksum),
              \(entry.state.rawValue), \(entry.step), \(json(plan.up.map(JournaledStep.init))),
              \(json(plan.down.map(JournaledStep.init))), \(json(plan.verify)), \(json(entry.records)),
              \(entry.migration.createdAt), \(entry.updatedAt), \(entry.message), \(entry.revision))
            ON CONFLICT (id) DO NOTHING
            RETURNING id
            """
        )
        if rows.isEmpty { throw lateComer("enter \(entry.id) into the journal") }
    }

    /// Writes where a migration stands, unless another runner wrote since this entry was read.
    ///
    /// Returns the entry with its next revision.
    func save(_ entry: JournalEntry) async throws -> JournalEntry {
        var saved = entry
        saved.revision += 1
        let rows = try await connection.run(
            """
            UPDATE \(unsafeSQL: table)
            SET state = \(saved.state.rawValue), step = \(saved.step), records = \(json(saved.records)),
              message = \(saved.message), updated_at = \(saved.updatedAt), revision = \(saved.revision)
            WHERE id = \(entry.id) AND revision = \(entry.revision)
            RETURNING id
            """
        )
        if rows.isEmpty { throw lateComer("write to the journal that \(entry.id) is \(entry.state.rawValue)") }
        return saved
    }

    private func lateComer(_ attempt: String) -> MigrationError {
        MigrationError(
            .anotherRunner,
            "\(attempt): another process wrote first; ask for the status and run the command again"
        )
    }

    /// JSON columns are bound as text with a cast on PostgreSQL, so that a driver need not know the type.
    private func json(_ value: some Encodable) throws -> Value {
        let text = try JournalText.encode(value)
        return isPostgres ? .json(text) : .text(text)
    }

    /// JSON is read as text for the same reason.
    private var selection: String {
        let columns = ["up", "down", "verify", "records"].map { isPostgres ? "\($0)::text AS \($0)" : $0 }
        return """
            SELECT id, finding, summary, checksum, state, step, \(columns.joined(separator: ", ")), created_at,
              updated_at, message, revision
            FROM \(table)
            """
    }

    private func decode(_ row: Row) throws -> JournalEntry {
        let id: String = try row.decode(String.self, "id")
        do {
            guard let state = MigrationState(rawValue: try row.decode(String.self, "state")) else {
                throw EngineError(.undecodable, "it has the unknown state \(try row.decode(String.self, "state"))")
            }
            let plan = MigrationPlan(
                name: String(id.dropFirst("YYYYMMDD-HHMMSS-".count)),
                summary: try row.decode(String.self, "summary"),
                up: try steps(row, "up"),
                down: try steps(row, "down"),
                verify: try JournalText.decode([String].self, from: try row.decode(String.self, "verify"))
            )
            let records = try JournalText.decode([StepRecord].self, from: try row.decode(String.self, "records"))
            let entry = JournalEntry(
                migration: Migration(
                    id: id,
                    plan,
                    finding: try row.decode(String.self, "finding"),
                    dialect: connection.dialect,
                    createdAt: try row.decode(Timestamp.self, "created_at")
                ),
                checksum: try row.decode(String.self, "checksum"),
                state: state,
                step: try row.decode(Int.self, "step"),
                records: records,
                message: try row.decode(String.self, "message"),
                updatedAt: try row.decode(Timestamp.self, "updated_at"),
                revision: try row.decode(Int.self, "revision")
            )
            let steps = state == .rollingBack || state == .rolledBack ? plan.down.count : plan.up.count
            guard records.count == plan.up.count, (0...steps).contains(entry.step) else {
                throw EngineError(.undecodable, "its steps do not fit together")
            }
            return entry
        } catch {
            throw MigrationError(
                .unreadableJournal,
                "read \(id) from \(table): \(error); the row was changed by hand or by a newer version",
                cause: error
            )
        }
    }

    private func steps(_ row: Row, _ column: String) throws -> [MigrationStep] {
        try JournalText.decode([JournaledStep].self, from: try row.decode(String.self, column)).map(\.step)
    }
}
