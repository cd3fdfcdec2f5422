internal import MartletCore

extension SQLiteCounterStore {
    package func script(of action: CounterAction) async throws -> String {
        switch action {
        case .install(let definition):
            let steps = try await plan(definition).up.map(\.sql)
            return SQLiteCounterScript.transaction(steps)
        case .remove(let name):
            _ = try await shape(of: name)
            return SQLiteCounterScript.transaction([SQLiteCounterScript.removal(of: name)])
        case .fold(let name):
            let shape = try await shape(of: name)
            let folds = shape.parent == nil && !shape.key.isEmpty ? ["DELETE FROM \(shape.numbers) WHERE n = 0;"] : []
            return SQLiteCounterScript.transaction(folds + ["DELETE FROM \(shape.doomed);"])
        case .verify(let name):
            return SQLiteCounterQueries(shape: try await shape(of: name)).verification + ";"
        case .initialise(let name), .fix(let name), .backfill(let name, _):
            return SQLiteCounterScript(shape: try await shape(of: name)).repair
        }
    }

    private func shape(of name: CounterName) async throws -> SQLiteCounterShape {
        try await engine.withConnection(.readWrite) { connection in
            let entry = try await SQLiteCounterRegistry(connection: connection).existing(name)
            return try await shape(of: entry, on: connection)
        }
    }
}
