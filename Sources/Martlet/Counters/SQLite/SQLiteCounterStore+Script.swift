internal import MartletCore

extension SQLiteCounterStore {
    package func script(of action: CounterAction) async throws -> String {
        switch action {
        case .install(let definition):
            return SQLiteCounterScript.transaction(try await installation(definition))
        case .remove(let name):
            _ = try await shape(of: name)
            return try await engine.withConnection(.readOnly) { connection in
                SQLiteCounterScript.transaction(try await removal(of: name, on: connection))
            }
        case .fold(let name):
            let shape = try await shape(of: name)
            let folds = shape.parent == nil && !shape.key.isEmpty ? ["DELETE FROM \(shape.numbers) WHERE n = 0;"] : []
            return SQLiteCounterScript.transaction(folds + ["DELETE FROM \(shape.doomed);"])
        case .verify(let name):
            return SQLiteCounterQueries(shape: try await shape(of: name)).verification + ";"
        case .initialise(let name):
            return try await repair(of: name) { $0.initialisedAt != nil }
        case .backfill(let name, let options):
            return try await repair(of: name) { entry in
                entry.definition.parent == nil && entry.initialisedAt != nil && options.skipsExisting
            }
        case .fix(let name):
            return try await repair(of: name) { _ in false }
        }
    }

    /// What takes a counter away, and with the last one the table that lists them.
    func removal(of name: CounterName, on connection: any Connection) async throws -> [String] {
        let others = try await SQLiteCounterRegistry(connection: connection).entries()
            .filter { $0.definition.name != name }
        return [SQLiteCounterScript.removal(of: name)]
            + (others.isEmpty ? ["DROP TABLE \(SQLiteCounterRegistry.table);"] : [])
    }

    private func repair(
        of name: CounterName,
        unless isDone: @Sendable @escaping (SQLiteCounterRegistry.Entry) -> Bool
    ) async throws -> String {
        try await engine.withConnection(.readWrite) { connection in
            let entry = try await SQLiteCounterRegistry(connection: connection).existing(name)
            if isDone(entry) { return CounterAction.nothingToDo(name) + "\n" }
            let shape = try await shape(of: entry, on: connection)
            try await requireIntegers(shape, on: connection)
            return SQLiteCounterScript(shape: shape).repair(after: try await restoration(shape, on: connection))
        }
    }

    /// What `install` would do now.
    private func installation(_ definition: CounterDefinition) async throws -> [String] {
        try await engine.withConnection(.readWrite) { connection in
            let shape = try await SQLiteCounterShapeReader(connection: connection).read(definition)
            let script = SQLiteCounterScript(shape: shape).installation
            if try await isReplaced(definition.name, on: connection) {
                return [SQLiteCounterScript.removal(of: definition.name), script]
            }
            try await checkNames(of: shape, on: connection)
            let entry = try await SQLiteCounterRegistry(connection: connection).entry(definition.name)
            return entry == nil ? [script] : try await restoration(shape, on: connection)
        }
    }

    private func shape(of name: CounterName) async throws -> SQLiteCounterShape {
        try await engine.withConnection(.readWrite) { connection in
            let entry = try await SQLiteCounterRegistry(connection: connection).existing(name)
            return try await shape(of: entry, on: connection)
        }
    }
}
