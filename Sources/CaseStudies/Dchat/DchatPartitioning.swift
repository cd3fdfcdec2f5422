package import Martlet
package import MartletCore

/// Row 3f: the messages of each month in a partition of their own, on PostgreSQL.
///
/// The table is converted while it is read and written. A table beside it has the partitions, a trigger repeats every
/// change there within the change's own transaction, and the rows that were there before are copied in chunks. From
/// then on both tables are equal in every snapshot, which is checked before they change names. The changes wait for
/// locks for moments only and give up before anybody behind them notices.
///
/// Writers at REPEATABLE READ that delete a row that was copied behind their snapshot leave its copy; the check finds
/// it. What is granted on the old table must be granted on the new one.
package struct DchatPartitioning: Sendable {
    /// How long a step waits for a lock while others queue behind it.
    ///
    /// Below deadlock_timeout (1 s), so that it is never a transaction of the application that is ended.
    private static let lockTimeout = "200ms"
    /// How often a step that did not get its lock is tried again, after a pause: two minutes in all.
    private static let attemptsMax = 240
    private static let pause = Duration.milliseconds(300)
    /// Rows that are copied in one transaction, whose rows cannot be changed meanwhile.
    private static let chunkRows = 2_000
    private static let columns = #"id, sender_id, receiver_id, content, status, "timestamp""#

    /// Months that get a partition; what is outside goes to a default one, so that no message is ever refused.
    package let months: [DchatMonth]

    private let messages = DchatTables(.postgres).messages
    private let users = DchatTables(.postgres).users
    private let byMonth = DchatCaseStudy().table("messages_by_month", in: .postgres)
    private let beforeMonths = DchatCaseStudy().table("messages_before_months", in: .postgres)
    private let others = DchatCaseStudy().table("messages_other", in: .postgres)

    package init(months: [DchatMonth]) {
        self.months = months
    }

    /// The months of the data, and two ahead.
    package static let ofData = DchatPartitioning(
        months: DchatMonth.all(
            from: DchatMonth(year: 2025, month: 1),
            through: DchatMonth(of: DataSeed.end).next.next
        )
    )

    // MARK: Converting

    /// Converts the table; the old one stays as `messages_before_months`.
    ///
    /// - Throws: `.other` if the copy is not equal to the table, which is then left as it is.
    package func convert(
        on connection: any Connection,
        progress: (ChunkProgress<Int>) async throws -> Void = { _ in }
    ) async throws {
        try await prepare(on: connection)
        try await copy(on: connection, progress: progress)
        let differences = try await differences(on: connection)
        guard differences == 0 else {
            throw EngineError(.other, "\(differences) messages and their copies differ; the table is left as it is")
        }
        try await swap(on: connection)
    }

    /// Creates the partitions with the indexes of the table, and repeats each change there from now on.
    package func prepare(on connection: any Connection) async throws {
        try await insisting(on: connection) { try await $0.runScript(preparation) }
    }

    /// Copies the rows that were there before, and collects statistics.
    package func copy(
        on connection: any Connection,
        progress: (ChunkProgress<Int>) async throws -> Void = { _ in }
    ) async throws {
        let rows = try await connection.run("SELECT coalesce(max(id), 0) FROM \(messages)")
        let chunks = 0...(try rows[0].decode(Int.self, at: 0) / Self.chunkRows)
        var done: Int?
        var attempts = 0
        while done != chunks.last {
            do {
                let end = try await connection.inChunks(
                    of: chunks,
                    chunkKeysMax: 1,
                    resumingAfter: done,
                    { connection, chunks in try await copy(chunk: chunks[0], on: connection) },
                    progress: progress
                )
                done = end.resumeToken
            } catch {
                guard let cause = error.cause as? EngineError, cause.code.isRetryable, attempts < Self.attemptsMax
                else { throw error.cause }
                attempts = error.progress.resumeToken == done ? attempts + 1 : 0
                done = error.progress.resumeToken
            }
        }
        // Autovacuum analyses partitions, never the table they make up.
        try await connection.run("ANALYZE \(byMonth)")
    }

    /// Rows that only one of both tables has, in one snapshot.
    package func differences(on connection: any Connection) async throws -> Int {
        let columns = Self.columns
        let rows = try await connection.run(
            """
            SELECT count(*) FROM (
              (SELECT \(unsafeSQL: columns) FROM \(messages) EXCEPT ALL SELECT \(unsafeSQL: columns) FROM \(byMonth))
              UNION ALL
              (SELECT \(unsafeSQL: columns) FROM \(byMonth) EXCEPT ALL SELECT \(unsafeSQL: columns) FROM \(messages))
            ) AS differences
            """
        )
        return try rows[0].decode(Int.self, at: 0)
    }

    /// Gives the table with partitions the name of the other.
    package func swap(on connection: any Connection) async throws {
        try await insisting(on: connection) { try await $0.runScript(exchange) }
    }

    // MARK: Keeping

    /// Creates the partition of a month ahead, and moves there what went to the default one meanwhile.
    package func add(_ month: DchatMonth, on connection: any Connection) async throws {
        try await insisting(on: connection) { connection in
            try await connection.runScript(
                """
                CREATE TABLE \(month.partition.quoted)
                  (LIKE \(messages.quoted) INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
                LOCK TABLE \(messages.quoted) IN ACCESS EXCLUSIVE MODE;
                WITH moved AS (
                  DELETE FROM \(others.quoted)
                  WHERE "timestamp" >= '\(month.start)+00' AND "timestamp" < '\(month.next.start)+00'
                  RETURNING \(Self.columns)
                )
                INSERT INTO \(month.partition.quoted) (\(Self.columns)) SELECT \(Self.columns) FROM moved;
                ALTER TABLE \(messages.quoted) ATTACH PARTITION \(month.partition.quoted) FOR VALUES \(month.bounds);
                """
            )
        }
    }

    /// Takes a month out of the table; its partition stays as a table of its own, to be archived or dropped.
    ///
    /// Not CONCURRENTLY, which PostgreSQL refuses where there is a default partition.
    package func detach(_ month: DchatMonth, on connection: any Connection) async throws {
        try await insisting(on: connection) { connection in
            try await connection.run("ALTER TABLE \(messages) DETACH PARTITION \(month.partition)")
        }
    }

    /// Messages that were written in a month, and how many wrote them: a question that one partition answers.
    package func statement(of month: DchatMonth) -> BoundStatement {
        """
        SELECT count(*), count(DISTINCT sender_id) FROM \(messages)
        WHERE "timestamp" >= \(month.start) AND "timestamp" < \(month.next.start)
        """
    }

    // MARK: Steps

    private func insisting(
        on connection: any Connection,
        _ body: (any Connection) async throws -> Void
    ) async throws {
        for _ in 1..<Self.attemptsMax {
            do {
                return try await impatiently(on: connection, body)
            } catch let error as EngineError where error.code.isRetryable {
                try await Task.sleep(for: Self.pause)
            }
        }
        try await impatiently(on: connection, body)
    }

    private func impatiently(
        on connection: any Connection,
        _ body: (any Connection) async throws -> Void
    ) async throws {
        try await connection.transaction { connection in
            try await connection.run("SET LOCAL lock_timeout = \(unsafeSQL: "'\(Self.lockTimeout)'")")
            try await body(connection)
        }
    }

    /// Copies rows by their numbers and keeps each from being changed until its copy is there for the trigger to find.
    private func copy(chunk: Int, on connection: any Connection) async throws -> Int {
        let first = chunk * Self.chunkRows
        try await connection.run("SET LOCAL lock_timeout = \(unsafeSQL: "'\(Self.lockTimeout)'")")
        let copied = try await connection.run(
            """
            INSERT INTO \(byMonth) (\(unsafeSQL: Self.columns))
            SELECT \(unsafeSQL: Self.columns) FROM \(messages)
            WHERE id BETWEEN \(first) AND \(first + Self.chunkRows - 1) FOR SHARE
            ON CONFLICT (id, "timestamp") DO NOTHING
            """
        )
        return copied.affectedRows
    }

    private var preparation: String {
        let partitions = months.map { month in
            """
            CREATE TABLE \(month.partition.quoted) PARTITION OF \(byMonth.quoted) FOR VALUES \(month.bounds);
            """
        }
        return """
            CREATE TABLE \(byMonth.quoted)
              (LIKE \(messages.quoted) INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING IDENTITY
               INCLUDING STATISTICS INCLUDING COMMENTS)
              PARTITION BY RANGE ("timestamp");
            ALTER TABLE \(byMonth.quoted) ADD PRIMARY KEY (id, "timestamp"),
              ADD FOREIGN KEY (sender_id) REFERENCES \(users.quoted),
              ADD FOREIGN KEY (receiver_id) REFERENCES \(users.quoted);
            \(partitions.joined(separator: "\n"))
            CREATE TABLE \(others.quoted) PARTITION OF \(byMonth.quoted) DEFAULT;
            \(indexing)
            \(mirroring)
            """
    }

    /// The table's indexes once more; the names of all end in what tells them apart until both tables change names.
    private var indexing: String {
        """
        DO $$
        DECLARE present record;
        BEGIN
          FOR present IN
            SELECT relname, pg_get_indexdef(indexrelid) AS definition FROM pg_index
            JOIN pg_class ON pg_class.oid = indexrelid
            WHERE indrelid = '\(messages.quoted)'::regclass AND NOT indisprimary
          LOOP
            EXECUTE format('CREATE INDEX %I ON \(byMonth.quoted) %s', present.relname || '_by_month',
                           substring(present.definition FROM 'USING .*'));
          END LOOP;
        END $$;
        """
    }

    /// The trigger; its creation waits for all writers that have begun, so that none is left out.
    private var mirroring: String {
        let values = "NEW.id, NEW.sender_id, NEW.receiver_id, NEW.content, NEW.status, NEW.\"timestamp\""
        return """
            CREATE FUNCTION dchat.repeat_by_month() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF TG_OP = 'TRUNCATE' THEN
                RAISE EXCEPTION 'messages cannot be truncated while they are being converted';
              END IF;
              IF TG_OP <> 'INSERT' THEN
                DELETE FROM \(byMonth.quoted) WHERE id = OLD.id AND "timestamp" = OLD."timestamp";
              END IF;
              IF TG_OP <> 'DELETE' THEN
                INSERT INTO \(byMonth.quoted) (\(Self.columns)) VALUES (\(values));
              END IF;
              RETURN NULL;
            END $$;
            CREATE TRIGGER repeat_by_month AFTER INSERT OR UPDATE OR DELETE ON \(messages.quoted)
              FOR EACH ROW EXECUTE FUNCTION dchat.repeat_by_month();
            CREATE TRIGGER refuse_truncation BEFORE TRUNCATE ON \(messages.quoted)
              FOR EACH STATEMENT EXECUTE FUNCTION dchat.repeat_by_month();
            """
    }

    /// Under a lock that all writers have left, so that the numbers of new messages go on behind those given.
    private var exchange: String {
        """
        LOCK TABLE \(messages.quoted) IN ACCESS EXCLUSIVE MODE;
        DROP TRIGGER repeat_by_month ON \(messages.quoted);
        DROP TRIGGER refuse_truncation ON \(messages.quoted);
        DROP FUNCTION dchat.repeat_by_month();
        DO $$
        DECLARE present record; last bigint; called boolean;
        BEGIN
          EXECUTE format('SELECT last_value, is_called FROM %s', pg_get_serial_sequence('\(messages.quoted)', 'id'))
            INTO last, called;
          PERFORM setval(pg_get_serial_sequence('\(byMonth.quoted)', 'id'), last, called);
          FOR present IN SELECT relname, indisprimary FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
                         WHERE indrelid = '\(messages.quoted)'::regclass
          LOOP
            EXECUTE format('ALTER INDEX dchat.%I RENAME TO %I', present.relname, present.relname || '_before_months');
            EXECUTE format('ALTER INDEX dchat.%I RENAME TO %I',
                           CASE WHEN present.indisprimary THEN '\(byMonth.name)_pkey'
                                ELSE present.relname || '_by_month' END, present.relname);
          END LOOP;
        END $$;
        ALTER TABLE \(messages.quoted) RENAME TO \(Identifier(beforeMonths.name).quoted);
        ALTER TABLE \(byMonth.quoted) RENAME TO \(Identifier(messages.name).quoted);
        """
    }
}
