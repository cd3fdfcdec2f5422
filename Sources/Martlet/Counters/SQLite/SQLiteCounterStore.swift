package import MartletCore

/// Counters on SQLite: tables that triggers keep.
///
/// There is one writer at a time, so a number is one row that triggers change in place, within the transaction of
/// whoever changes the counted rows: exact in every snapshot, whatever is rolled back.
package struct SQLiteCounterStore: CounterStore {
    let engine: any Engine

    package init(_ engine: any Engine) {
        self.engine = engine
    }

    package func plan(_ definition: CounterDefinition) async throws -> MigrationPlan {
        try await engine.withConnection(.readWrite) { connection in
            let shape = try await SQLiteCounterShapeReader(connection: connection).read(definition)
            try await checkNames(of: shape, on: connection)
            return SQLiteCounterScript(shape: shape).plan
        }
    }

    @discardableResult
    package func install(_ definition: CounterDefinition) async throws -> Bool {
        try await withWriter { connection in
            let shape = try await SQLiteCounterShapeReader(connection: connection).read(definition)
            let isReplaced = try await isReplaced(definition.name, on: connection)
            return try await connection.transaction { connection in
                if isReplaced { try await connection.runScript(SQLiteCounterScript.removal(of: definition.name)) }
                try await checkNames(of: shape, on: connection)
                try await connection.runScript(SQLiteCounterRegistry.create)
                let registry = SQLiteCounterRegistry(connection: connection)
                if try await registry.entry(definition.name) == nil {
                    try await connection.runScript(SQLiteCounterRegistry.insertion(shape))
                }
                try await restore(shape, on: connection)
                return try await registry.existing(definition.name).initialisedAt != nil
            }
        }
    }

    package func list() async throws -> [CounterStatus] {
        try await engine.withConnection(.readOnly) { connection in
            try await connection.transaction(readOnly: true) { connection in
                var statuses: [CounterStatus] = []
                for entry in try await SQLiteCounterRegistry(connection: connection).entries() {
                    statuses.append(
                        CounterStatus(
                            definition: entry.definition,
                            initialisedAt: entry.initialisedAt,
                            rows: try await rows(of: entry.definition, on: connection),
                            gaps: try await missing(of: entry.definition, on: connection)
                        )
                    )
                }
                return statuses
            }
        }
    }

    package func remove(_ name: CounterName) async throws {
        try await withWriter { connection in
            try await connection.transaction { connection in
                _ = try await SQLiteCounterRegistry(connection: connection).existing(name)
                for step in try await removal(of: name, on: connection) { try await connection.runScript(step) }
            }
        }
    }

    package func fold(
        _ name: CounterName,
        progress: @Sendable (BackfillProgress) async -> Void
    ) async throws -> CounterFolding {
        try await withWriter { connection in
            try await connection.transaction { connection in
                let definition = try await SQLiteCounterRegistry(connection: connection).existing(name).definition
                let before = try await rows(of: definition, on: connection)
                if definition.parent == nil, !definition.keyColumns.isEmpty {
                    let numbers = Identifier("martlet_counter_\(name)")
                    try await connection.run("DELETE FROM \(numbers) WHERE n = 0")
                }
                try await connection.run("DELETE FROM \(Identifier("martlet_replaced_\(name)"))")
                let after = try await rows(of: definition, on: connection)
                return CounterFolding(name: name, rowsBefore: before, rowsAfter: after)
            }
        }
    }

    /// The triggers on the counted table that every counter has, if they are not there.
    ///
    /// For all that may be wrong the table has to be examined, which wants a connection that may write.
    private func missing(of definition: CounterDefinition, on connection: any Connection) async throws -> [String] {
        let wanted = ["insert", "delete"].map { "martlet_\($0)_\(definition.name)" }
        let found =
            try await connection.run(
                """
                SELECT name FROM sqlite_schema
                WHERE type = 'trigger' AND lower(tbl_name) = lower(\(definition.table.name))
                  AND name IN (\(wanted[0]), \(wanted[1]))
                """
            )
            .map { try $0.decode(String.self, at: 0) }
        return wanted.filter { !found.contains($0) }
            .map { "\(definition.table) has no trigger \($0); `counter verify` says more" }
    }

    private func rows(of definition: CounterDefinition, on connection: any Connection) async throws -> Int {
        guard definition.parent == nil else { return 0 }
        let numbers = "martlet_counter_\(definition.name)"
        let isThere = try await !connection.run("SELECT 1 FROM sqlite_schema WHERE name = \(numbers)").isEmpty
        guard isThere else { return 0 }
        return try await connection.run("SELECT count(*) FROM \(Identifier(numbers))").first?
            .decode(Int.self, at: 0) ?? 0
    }
}

extension SQLiteCounterStore {
    /// Opens a connection for writing, and says in terms of counters that another writer would not let it.
    func withWriter<Success: Sendable>(_ body: (any Connection) async throws -> Success) async throws -> Success {
        do {
            return try await engine.withConnection(.readWrite, body)
        } catch let error as EngineError where error.code == .lockTimeout {
            throw CounterError(.busy, "another connection kept writing; nothing was changed, try again: \(error)")
        }
    }

    /// A counter that is installed, as its tables are now.
    func shape(
        of entry: SQLiteCounterRegistry.Entry,
        on connection: any Connection
    ) async throws -> SQLiteCounterShape {
        do {
            return try await SQLiteCounterShapeReader(connection: connection).read(entry.definition)
        } catch let error as CounterError {
            throw CounterError(
                .outdated,
                "\(entry.definition.name) cannot be counted as it was made: \(error.message); install it again with "
                    + "the names as they are now, or remove it"
            )
        }
    }

    /// Whether the tables of a counter are no longer what it was made for.
    func isReplaced(_ name: CounterName, on connection: any Connection) async throws -> Bool {
        guard let entry = try await SQLiteCounterRegistry(connection: connection).entry(name) else { return false }
        do {
            _ = try await shape(of: entry, on: connection)
            return false
        } catch let error as CounterError where error.code == .outdated {
            return true
        }
    }

    /// Two counters in one column would each add what the other has added.
    private func checkParent(of shape: SQLiteCounterShape, on connection: any Connection) async throws {
        guard let parent = shape.definition.parent else { return }
        let entries = try await SQLiteCounterRegistry(connection: connection).entries()
        let other = entries.map(\.definition)
            .first { other in
                other.name != shape.definition.name
                    && other.parent?.table.name.lowercased() == parent.table.name.lowercased()
                    && other.parent?.column.lowercased() == parent.column.lowercased()
            }
        if let other { throw CounterError.columnTaken(parent, for: shape.definition.name, by: other.name) }
    }

    /// A counter of that name must count the same, and other objects of its names must be its own.
    func checkNames(of shape: SQLiteCounterShape, on connection: any Connection) async throws {
        try await checkParent(of: shape, on: connection)
        if let entry = try await SQLiteCounterRegistry(connection: connection).entry(shape.definition.name) {
            guard entry.definition == shape.definition else {
                throw CounterError(
                    .nameTaken,
                    "there is a counter \(shape.name) that counts something else; remove it first, or choose a name"
                )
            }
            return
        }
        let wanted = SQLiteCounterObjects(shape: shape).all.map(\.name) + [shape.view]
        let found = try await connection.run("SELECT name FROM sqlite_schema WHERE name LIKE 'martlet%'")
            .map { try $0.decode(String.self, at: 0) }
        // The registry is not there yet when the first counter is made.
        if let name = (found + [SQLiteCounterRegistry.table]).first(where: wanted.contains) {
            throw CounterError(.nameTaken, "\(name) exists already and is not part of \(shape.name); choose a name")
        }
    }

    /// Makes what is missing or is not as it must be.
    ///
    /// Returns whether that was anything: then the numbers may have missed changes, and count as not initialised.
    @discardableResult
    func restore(_ shape: SQLiteCounterShape, on connection: any Connection) async throws -> Bool {
        let statements = try await restoration(shape, on: connection)
        if !statements.isEmpty { try await connection.runScript(statements.joined(separator: "\n")) }
        return !statements.isEmpty
    }

    /// The statements that do so; none if all is as it must be.
    func restoration(_ shape: SQLiteCounterShape, on connection: any Connection) async throws -> [String] {
        let objects = SQLiteCounterObjects(shape: shape).all
        let found = try await schema(on: connection)
        let isWhole = objects.allSatisfy { found[$0.id] == $0.sql }
        let known = Set(objects.map(\.id))
        let superfluous = SQLiteCounterScript.names(of: shape.definition.name)
            .filter { found[$0.id] != nil && !known.contains($0.id) }
        guard !isWhole || !superfluous.isEmpty else { return [] }
        var drops = superfluous.map(\.drop)
        // Triggers are made anew all together, as their order matters.
        drops += objects.filter { found[$0.id] != nil && ($0.kind == .trigger || found[$0.id] != $0.sql) }
            .reversed().map(\.drop)
        let makes = objects.filter { $0.kind == .trigger || found[$0.id] != $0.sql }.map { $0.sql + ";" }
        let isSingle = shape.parent == nil && shape.key.isEmpty
        return drops + makes + ["DELETE FROM \(shape.doomed);"]
            + (isSingle ? ["INSERT OR IGNORE INTO \(shape.numbers) VALUES (1, 0);"] : []) + [
                "UPDATE \(SQLiteCounterRegistry.table) SET initialised_at = NULL, generation = generation + 1 "
                    + "WHERE name = '\(shape.name)';"
            ]
    }

    /// The text of every object of the schema, by kind and name.
    func schema(on connection: any Connection) async throws -> [SQLiteSchemaObject.ID: String] {
        var texts: [SQLiteSchemaObject.ID: String] = [:]
        for row in try await connection.run("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL") {
            let id = "\(try row.decode(String.self, at: 0)) \(try row.decode(String.self, at: 1))"
            texts[id] = try row.decode(String.self, at: 2)
        }
        return texts
    }
}
