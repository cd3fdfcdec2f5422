import MartletCore

extension PostgresCounterStore {
    package func initialise(_ name: CounterName, force: Bool) async throws -> CounterCorrection {
        try await repairing(name) { record, connection in
            if record.initialisedAt != nil, !force {
                return CounterCorrection(name: name, keysChecked: nil, keysCorrected: 0)
            }
            return try await correct(record, on: connection)
        }
    }

    package func fix(_ name: CounterName) async throws -> CounterCorrection {
        try await repairing(name) { record, connection in try await correct(record, on: connection) }
    }

    package func verify(_ name: CounterName) async throws -> CounterVerification {
        try await connected(.readOnly) { connection in
            let record = try await record(of: name, on: connection)
            try await connection.transaction(readOnly: true) { try await requireUnchanged(record, on: $0) }
            let sql = PostgresCounterRepairSQL(counter: record.counter)
            return try await connection.transaction(isolation: .repeatableRead, readOnly: true) { connection in
                try await connection.run("\(unsafeSQL: sql.lock)")
                try await settle(connection)
                let gaps = try await gaps(of: record.counter, on: connection)
                let differencesMax = CounterVerification.differencesMax
                let query =
                    record.counter.ofParent?.verification(differencesMax: differencesMax)
                    ?? sql.verification(differencesMax: differencesMax)
                let rows = try await connection.run("\(unsafeSQL: query)")
                return try Self.verification(record, rows, gaps: gaps)
            }
        }
    }

    // MARK: Steps

    /// One who repairs a counter at a time: two corrections of one snapshot would be added both.
    ///
    /// The lock is taken before any snapshot, and held until what was done is committed.
    func repairing<Success: Sendable>(
        _ name: CounterName,
        _ body: (PostgresCounterRecord, any Connection) async throws -> Success
    ) async throws -> Success {
        try await connected(.readWrite) { connection in
            _ = try await record(of: name, on: connection)
            return try await holding(Self.repairLock, of: name, on: connection) {
                let record = try await record(of: name, on: connection)
                try await connection.transaction(readOnly: true) { try await requireUnchanged(record, on: $0) }
                return try await body(record, connection)
            }
        }
    }

    /// "mcnt" in ASCII.
    static let repairLock: Int64 = 0x6d63_6e74

    func correct(
        _ record: PostgresCounterRecord,
        on connection: any Connection
    ) async throws
        -> CounterCorrection
    {
        guard record.counter.parent == nil else { return try await fill(record, on: connection) }
        let sql = PostgresCounterRepairSQL(counter: record.counter)
        return try await connection.transaction(isolation: .repeatableRead) { connection in
            try await connection.run("\(unsafeSQL: sql.lock)")
            try await settle(connection)
            try await requireTriggers(of: record.counter, on: connection)
            let rows = try await connection.run("\(unsafeSQL: sql.correction)")
            try await connection.run("\(unsafeSQL: PostgresCounterPlanSQL(record: record).initialised)")
            return CounterCorrection(
                name: record.counter.name,
                keysChecked: try rows[0].decode(Int.self, "checked"),
                keysCorrected: try rows[0].decode(Int.self, "corrected")
            )
        }
    }

    /// Sets the transaction up to count in.
    func settle(_ connection: any Connection) async throws {
        try await connection.run("SELECT \(unsafeSQL: PostgresCounterRepairSQL.settingCalls)")
    }

    /// What keeps triggers from seeing all writes, in the snapshot of the connection.
    func gaps(of counter: PostgresCounter, on connection: any Connection) async throws -> [PostgresCounterGap] {
        try await connection.run("\(unsafeSQL: PostgresCounterGapsSQL(counter: counter).gaps)")
            .map(PostgresCounterGap.init)
    }

    /// Refuses to count while triggers are not as they must be: a number that is right now would not stay so.
    ///
    /// Asked in the snapshot in which rows are counted. A trigger seen there was made when nobody wrote: whoever
    /// wrote before has committed, and is in the snapshot, and whoever writes later is counted by it.
    func requireTriggers(of counter: PostgresCounter, on connection: any Connection) async throws {
        let missing = try await gaps(of: counter, on: connection).filter(\.countsWrong)
        guard let first = missing.first else { return }
        let others = missing.count > 1 ? ", and so with \(missing.count - 1) more" : ""
        throw CounterError(
            .incomplete,
            "\(counter.name) was not counted, as no number would stay right: \(first.fault(counter))\(others); "
                + "run `counter add` again, then this"
        )
    }

    private static func verification(
        _ record: PostgresCounterRecord,
        _ rows: Rows,
        gaps: [PostgresCounterGap]
    ) throws -> CounterVerification {
        let keyCount = record.counter.keys.count
        let differences = try rows.filter { $0["differs"] == .bool(true) }
            .map { row in
                CounterVerification.Difference(
                    key: CounterKey(Array(row.values.suffix(record.counter.slotColumns.count).prefix(keyCount))),
                    kept: try row.decode(Bool.self, "has_kept") ? try row.decode(DecimalNumber.self, "kept") : nil,
                    counted: try row.decode(DecimalNumber.self, "counted")
                )
            }
        return CounterVerification(
            definition: record.definition,
            isInitialised: record.initialisedAt != nil,
            keysChecked: try rows[0].decode(Int.self, "checked"),
            keysWrong: try rows[0].decode(Int.self, "wrong"),
            differences: differences,
            totalKept: try rows[0].decode(DecimalNumber.self, "total_kept"),
            totalCounted: try rows[0].decode(DecimalNumber.self, "total_counted"),
            gaps: gaps.map { $0.description(record.counter) },
            isIncomplete: gaps.contains { $0.remedy(record.counter) != nil }
        )
    }
}
