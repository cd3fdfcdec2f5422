package import MartletCore

extension PostgresCounterStore {
    package func value(
        of name: CounterName,
        for key: CounterKey,
        on connection: any Connection
    ) async throws -> CounterValue {
        let text = try PostgresCounterKeyText(key)
        let rows = try await translating(name) { () throws(EngineError) in
            try await connection.run(
                "SELECT number, is_computed FROM martlet.counter_value(\(name.text), \(text.value)::text[])"
            )
        }
        return try Self.value(rows[0])
    }

    package func values(
        of name: CounterName,
        for keys: [CounterKey],
        on connection: any Connection
    ) async throws -> [CounterKey: CounterValue] {
        let distinct = Array(Set(keys))
        guard !distinct.isEmpty else { return [:] }
        let texts = try distinct.map { try PostgresCounterKeyText($0) }
        let rows = try await translating(name) { () throws(EngineError) in
            try await connection.run(
                """
                SELECT v.number, v.is_computed
                FROM martlet.counter_values(\(name.text), \(texts.map(\.literal))::text[]) v ORDER BY v.place
                """
            )
        }
        return Dictionary(uniqueKeysWithValues: try zip(distinct, rows).map { ($0, try Self.value($1)) })
    }

    package func reserve(
        _ amount: Int,
        of name: CounterName,
        for key: CounterKey,
        limit: Int,
        on connection: any Connection
    ) async throws -> Bool {
        let text = try PostgresCounterKeyText(key)
        let rows = try await translating(name) { () throws(EngineError) in
            try await connection.run(
                "SELECT martlet.reserve(\(name.text), \(text.value)::text[], \(amount)::bigint, \(limit)::bigint)"
            )
        }
        return try rows[0].decode(Bool.self, at: 0)
    }

    private static func value(_ row: Row) throws -> CounterValue {
        CounterValue(
            number: try row.decode(DecimalNumber.self, at: 0),
            isComputed: try row.decode(Bool.self, at: 1)
        )
    }

    /// Says in words of counters what the functions of the schema refuse, and that they are not there.
    private func translating(
        _ name: CounterName,
        _ body: () async throws(EngineError) -> Rows
    ) async throws -> Rows {
        do {
            return try await body()
        } catch {
            switch error.driverCode {
            case PostgresCounterSchemaSQL.State.unknownCounter:
                throw CounterError(.unknownCounter, error.message)
            case PostgresCounterSchemaSQL.State.tableGone:
                throw CounterError(.outdated, error.message)
            case PostgresCounterSchemaSQL.State.invalidKey:
                throw CounterError(.invalidKey, error.message)
            case _ where error.code == .invalidValue:
                throw CounterError(.invalidKey, "read the counter \(name): the key is none of it: \(error.message)")
            // No such schema, no such function.
            case "3F000", "42883":
                throw CounterError(.unknownCounter, "there is no counter \(name); none was ever installed here")
            default: throw error
            }
        }
    }
}
