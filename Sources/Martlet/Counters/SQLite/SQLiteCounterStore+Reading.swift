package import MartletCore

extension SQLiteCounterStore {
    package func value(
        of name: CounterName,
        for key: CounterKey,
        on connection: any Connection
    ) async throws -> CounterValue {
        try await values(of: name, for: [key], on: connection)[key]
            ?? CounterValue(number: DecimalNumber(trusted: "0"), isComputed: false)
    }

    package func values(
        of name: CounterName,
        for keys: [CounterKey],
        on connection: any Connection
    ) async throws -> [CounterKey: CounterValue] {
        let entry = try await SQLiteCounterRegistry(connection: connection).existing(name)
        let reading = SQLiteCounterReading(definition: entry.definition, parentKey: entry.parentKey)
        for key in keys where key.values.count != entry.definition.keyColumns.count {
            throw CounterError(
                .invalidKey,
                "the key of \(name) has \(entry.definition.keyColumns.count) values, not \(key.values.count)"
            )
        }
        let statement = Statement(unsafeText: reading.value(isInitialised: entry.initialisedAt != nil))
        let distinct = Array(Set(keys))
        let results = try await connection.runPipelined(distinct.map { statement.binding(values: $0.values) })
        var values: [CounterKey: CounterValue] = [:]
        for (key, rows) in zip(distinct, results) {
            guard let row = rows.first else { continue }
            values[key] = CounterValue(
                number: try row.decode(DecimalNumber.self, at: 0),
                isComputed: try row.decode(Bool.self, at: 1)
            )
        }
        return values
    }

    package func reserve(
        _ amount: Int,
        of name: CounterName,
        for key: CounterKey,
        limit: Int,
        on connection: any Connection
    ) async throws -> Bool {
        // Takes the write lock, if the transaction has not: from here on nobody else can add rows.
        try await connection.run(
            "UPDATE martlet_counters SET generation = generation WHERE name = \(name.text)"
        )
        let value = try await value(of: name, for: key, on: connection)
        guard let number = Int(value.number.description) else {
            throw CounterError(.invalidDefinition, "\(name) is \(value.number), which is no integer")
        }
        let (sum, overflows) = number.addingReportingOverflow(amount)
        return !overflows && sum <= limit
    }
}
