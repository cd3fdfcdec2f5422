internal import MartletCore

/// Makes the numbers of one counter right beside writers.
///
/// With a write-ahead log the differences are found in one snapshot, which blocks nobody, and added in small
/// transactions. As triggers add to what is kept, a difference found then is right whenever it is added. The
/// generation of the counter sees to it that it is added once: whoever repairs in between has the other begin anew,
/// and so does a repair that was killed half way.
struct SQLiteCounterRepair {
    let shape: SQLiteCounterShape
    let engine: any Engine
    let writer: any Connection
    var batchSize = 500
    var onlyMissing = false
    var throttle = Duration.zero
    let progress: @Sendable (BackfillProgress) async -> Void

    /// A repair that others keep overtaking gives up its place and takes the write lock instead.
    private static let attemptsMax = 5

    private struct Overtaken: Error {}

    func run() async throws -> CounterCorrection {
        let keptBefore = onlyMissing ? try await keysKept() : 0
        let corrected: Int
        if let parent = shape.parent {
            corrected = try await fill(parent)
        } else if try await hasWriteAheadLog() {
            corrected = try await correctBesideWriters()
        } else {
            corrected = try await correctAtOnce()
        }
        let keys = try await keysKept()
        // Those that were not missing were not counted.
        let skipped = onlyMissing ? (shape.parent == nil ? keptBefore : keys - corrected) : 0
        return CounterCorrection(
            name: shape.definition.name,
            keysChecked: onlyMissing ? corrected : keys,
            keysCorrected: corrected,
            keysSkipped: skipped
        )
    }

    private func hasWriteAheadLog() async throws -> Bool {
        try await writer.run("PRAGMA main.journal_mode").first?.decode(String.self, at: 0) == "wal"
    }

    private func keysKept() async throws -> Int {
        let table = shape.parent.map { $0.table.name } ?? shape.numbers
        return try await writer.run("SELECT count(*) FROM \(Identifier(table))").first?.decode(Int.self, at: 0) ?? 0
    }

    private func correctBesideWriters() async throws -> Int {
        var corrected = 0
        for _ in 0..<Self.attemptsMax {
            do {
                try await correctOnce(&corrected)
                return corrected
            } catch is Overtaken {
                continue
            }
        }
        return try await correctAtOnce()
    }

    private func correctOnce(_ corrected: inout Int) async throws {
        var done = corrected
        defer { corrected = done }
        try await engine.withConnection(.readOnly) { reader in
            try await reader.transaction(readOnly: true) { reader in
                let entry = try await SQLiteCounterRegistry(connection: reader).existing(shape.definition.name)
                var generation = entry.generation
                let text = SQLiteCounterQueries(shape: shape).corrections(onlyMissing: onlyMissing)
                let query = BoundStatement(Statement(unsafeText: text))
                try await reader.stream(query, batchRows: batchSize) { rows in
                    try await writer.transaction { writer in
                        try await claim(generation, on: writer)
                        for row in rows { try await add(row, on: writer) }
                    }
                    generation += 1
                    done += rows.count
                    await progress(BackfillProgress(keysDone: done, keysEstimated: nil))
                    if throttle > .zero { try await Task.sleep(for: throttle) }
                }
                try await writer.transaction { writer in
                    try await claim(generation, on: writer)
                    try await finish(on: writer)
                }
            }
        }
    }

    /// Takes the counter for one batch, if nobody has since the differences were found.
    private func claim(_ generation: Int, on connection: any Connection) async throws {
        let claimed = try await connection.run(
            """
            UPDATE martlet_counters SET generation = generation + 1
            WHERE name = \(shape.name) AND generation = \(generation)
            """
        )
        if claimed.affectedRows == 0 { throw Overtaken() }
    }

    private func add(_ row: Row, on connection: any Connection) async throws {
        let count = shape.key.count
        let values = (0..<count).map { row[$0] } + [row[count + 1]]
        for text in SQLiteCounterQueries(shape: shape).addition {
            try await connection.run(Statement(unsafeText: text).binding(values: values))
        }
    }

    /// Without a write-ahead log readers block writers all the same.
    private func correctAtOnce() async throws -> Int {
        try await writer.transaction { writer in
            var corrected = 0
            let text = SQLiteCounterQueries(shape: shape).corrections(onlyMissing: onlyMissing)
            let query = Statement(unsafeText: text + " LIMIT \(batchSize)")
            while true {
                let rows = try await writer.run(query.binding())
                for row in rows { try await add(row, on: writer) }
                corrected += rows.count
                await progress(BackfillProgress(keysDone: corrected, keysEstimated: nil))
                if rows.count < batchSize { break }
            }
            try await writer.run("UPDATE martlet_counters SET generation = generation + 1 WHERE name = \(shape.name)")
            try await finish(on: writer)
            return corrected
        }
    }

    private func finish(on connection: any Connection) async throws {
        try await connection.run(
            """
            UPDATE martlet_counters SET initialised_at
              = coalesce(initialised_at, \(unsafeSQL: SQLiteCounterRegistry.now)) WHERE name = \(shape.name)
            """
        )
    }

    /// Counts anew for a few parents at a time, each batch in a transaction of its own.
    private func fill(_ parent: SQLiteCounterShape.Parent) async throws -> Int {
        let queries = SQLiteCounterQueries(shape: shape)
        var start: [Value] = []
        var corrected = 0
        var done = 0
        let total = try await keysKept()
        while true {
            let texts = queries.filling(parent, hasStart: !start.isEmpty, onlyMissing: onlyMissing)
            let from = start
            let (last, found, changed) = try await writer.transaction { writer in
                let find = Statement(unsafeText: texts.find).binding(values: from + [.integer(Int64(batchSize))])
                let rows = try await writer.run(find)
                guard let last = rows.last?.values else { return ([Value](), 0, 0) }
                let fill = Statement(unsafeText: texts.fill).binding(values: from + last)
                return (last, rows.count, try await writer.run(fill).affectedRows)
            }
            corrected += changed
            done += found
            guard !last.isEmpty else { break }
            start = last
            await progress(BackfillProgress(keysDone: done, keysEstimated: total))
            if throttle > .zero { try await Task.sleep(for: throttle) }
        }
        try await writer.transaction { try await finish(on: $0) }
        return corrected
    }
}
