internal import MartletCore

extension SQLiteCounterStore {
    package func verify(_ name: CounterName) async throws -> CounterVerification {
        // For writing, as the examination makes temporary tables; the file itself is only read.
        do {
            return try await withWriter { try await verify(name, on: $0) }
        } catch let error as EngineError where error.code == .readOnly {
            return try await engine.withConnection(.readOnly) { connection in
                try await connection.run("PRAGMA query_only = 0")
                // The connection may be a pool's.
                return try await Self.finishing({ try await connection.run("PRAGMA query_only = 1") }) {
                    try await verify(name, on: connection)
                }
            }
        }
    }

    private func verify(_ name: CounterName, on connection: any Connection) async throws -> CounterVerification {
        let entry = try await SQLiteCounterRegistry(connection: connection).existing(name)
        let shape = try await shape(of: entry, on: connection)
        return try await connection.transaction(readOnly: true) { connection in
            try await verification(of: shape, on: connection)
        }
    }

    /// Compares within the caller's transaction.
    func verification(
        of shape: SQLiteCounterShape,
        on connection: any Connection
    ) async throws -> CounterVerification {
        let name = shape.definition.name
        let entry = try await SQLiteCounterRegistry(connection: connection).existing(name)
        var gaps = try await gaps(of: shape, on: connection)
        guard try await canBeCompared(shape, on: connection) else {
            return CounterVerification(
                definition: shape.definition,
                isInitialised: entry.initialisedAt != nil,
                keysChecked: 0,
                keysWrong: 0,
                differences: [],
                totalKept: zero,
                totalCounted: zero,
                gaps: gaps
            )
        }
        let query = SQLiteCounterQueries(shape: shape).verification
        let rows = try await connection.run(BoundStatement(Statement(unsafeText: query)))
        var differences: [CounterVerification.Difference] = []
        var totals: Row?
        for row in rows {
            guard try row.decode(Int.self, "part") == 0 else {
                totals = row
                continue
            }
            differences.append(
                CounterVerification.Difference(
                    key: CounterKey(shape.keyNames.indices.map { row[$0 + 1] }),
                    kept: try row.decode(DecimalNumber?.self, "kept"),
                    counted: try row.decode(DecimalNumber.self, "counted")
                )
            )
        }
        guard let totals else { throw CounterError(.invalidDefinition, "\(name) could not be compared") }
        let odd = try totals.decode(Int.self, "odd")
        if odd > 0 {
            gaps.append("\(odd) rows have no integer to add up, and are left out of the sum")
        }
        return CounterVerification(
            definition: shape.definition,
            isInitialised: entry.initialisedAt != nil,
            keysChecked: try totals.decode(Int.self, "keys"),
            keysWrong: try totals.decode(Int.self, "wrong"),
            differences: differences,
            totalKept: try totals.decode(DecimalNumber.self, "kept"),
            totalCounted: try totals.decode(DecimalNumber.self, "counted"),
            gaps: gaps
        )
    }

    private var zero: DecimalNumber { DecimalNumber(trusted: "0") }

    private func canBeCompared(_ shape: SQLiteCounterShape, on connection: any Connection) async throws -> Bool {
        guard shape.parent == nil else { return true }
        return try await !connection.run("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = \(shape.numbers)")
            .isEmpty
    }

    /// What lets changes go by uncounted.
    private func gaps(of shape: SQLiteCounterShape, on connection: any Connection) async throws -> [String] {
        let found = try await schema(on: connection)
        var gaps: [String] = []
        for object in SQLiteCounterObjects(shape: shape).all {
            guard let text = found[object.id] else {
                gaps.append("the \(object.kind.rawValue) \(object.name) is missing; `counter fix` makes it again")
                continue
            }
            if text != object.sql {
                gaps.append(
                    "the \(object.kind.rawValue) \(object.name) is not what the table needs now; "
                        + "`counter fix` makes it again"
                )
            }
        }
        return gaps + (try await skippingTriggers(of: shape, on: connection))
    }

    /// Triggers that end a statement half way through its other triggers: SQLite runs a later trigger first.
    private func skippingTriggers(
        of shape: SQLiteCounterShape,
        on connection: any Connection
    ) async throws -> [String] {
        try await connection.run(
            """
            SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND lower(tbl_name) = lower(\(shape.table.name))
            AND rowid > (SELECT max(rowid) FROM sqlite_schema
              WHERE type = 'trigger' AND name = \("martlet_insert_\(shape.name)"))
            """
        )
        .compactMap { row in
            let name = try row.decode(String.self, at: 0)
            let words = SQLWord.words(of: try row.decode(String.self, at: 1), dialect: .sqlite)
            let skips = words.indices.dropLast(2)
                .contains { position in
                    words[position].is("raise") && words[position + 1].isSymbol("(")
                        && (words[position + 2].is("ignore") || words[position + 2].is("fail"))
                }
            guard skips, !words.contains(where: { $0.is("before") }) else { return nil }
            return "the trigger \(name) may skip those of \(shape.name) by RAISE; `counter remove` and add it again"
        }
    }
}
