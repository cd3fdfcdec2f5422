public import MartletCore

/// Loaders of the rows of a table.
///
/// One statement per batch, `= ANY($1)` on PostgreSQL and `IN (SELECT value FROM json_each(?1))` on SQLite. The
/// database and Swift must agree which keys are equal: with a collation that ignores case, a key has no value if its
/// row has it in another case. SQLite cannot take bytes in an array; use the batch closure for these.
extension Loader where Key: ValueConvertible & ValueDecodable {
    /// Makes a loader that reads one row per key, as by a primary key.
    ///
    /// - Parameters:
    ///   - scope: the unit of work it belongs to.
    ///   - connection: where it reads; concurrent batches share it.
    ///   - table: what it reads.
    ///   - key: a column that is unique.
    ///   - columns: what `decode` reads; the key is read anyway.
    ///   - batchMax: the most keys of one statement.
    ///   - decode: makes a value of a row; if it throws, only the load of this row's key does.
    @inlinable
    public convenience init(
        in scope: LoaderScope,
        on connection: any Connection,
        table: QualifiedName,
        key: Identifier,
        columns: [Identifier],
        batchMax: Int = Loader.batchMaxDefault,
        _ decode: @escaping @Sendable (Row) throws -> Value
    ) {
        let selection = KeyedSelection(of: columns, from: table, key: key, dialect: connection.dialect)
        self.init(
            in: scope,
            batchMax: batchMax,
            answers: { keys -> LoadAnswers<Key, Value> in
                let rows = try await connection.run(selection.statement(for: keys))
                var results: [Key: Result<Value, any Error>] = [:]
                results.reserveCapacity(rows.count)
                for row in rows {
                    let key: Key = try selection.key(of: row)
                    results[key] = Result { try decode(row) }
                }
                return .results(results)
            }
        )
    }

    /// Makes a loader that reads all rows of a key, as by a foreign key; a key without rows has an empty list.
    ///
    /// The rows of a key come in the order of `order`, or in any if it is empty. If `decode` throws for one of them,
    /// the load of this key throws the first such error.
    @inlinable
    public static func lists<Element: Sendable>(
        in scope: LoaderScope,
        on connection: any Connection,
        table: QualifiedName,
        key: Identifier,
        columns: [Identifier],
        order: [Identifier] = [],
        batchMax: Int = Loader.batchMaxDefault,
        _ decode: @escaping @Sendable (Row) throws -> Element
    ) -> Loader<Key, Value> where Value == [Element] {
        let selection = KeyedSelection(of: columns, from: table, key: key, order: order, dialect: connection.dialect)
        return Loader.withResults(in: scope, batchMax: batchMax) { keys in
            let rows = try await connection.run(selection.statement(for: keys))
            var results: [Key: Result<[Element], any Error>] = [:]
            for key in keys { results[key] = .success([]) }
            for row in rows {
                let key: Key = try selection.key(of: row)
                // Taken out, so that the list grows where it is.
                switch results.removeValue(forKey: key) ?? .success([]) {
                case .success(var elements):
                    results[key] = Result {
                        elements.append(try decode(row))
                        return elements
                    }
                case .failure(let error):
                    // A list without the rows that could not be read would look whole.
                    results[key] = .failure(error)
                }
            }
            return results
        }
    }
}
