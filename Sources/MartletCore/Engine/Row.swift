/// One row of a result.
public struct Row: Sendable {
    /// Names of the columns in order.
    public let columns: [String]
    @usableFromInline let storage: any RowStorage
    @usableFromInline let index: Int

    @inlinable
    init(columns: [String], storage: any RowStorage, index: Int) {
        self.columns = columns
        self.storage = storage
        self.index = index
    }

    /// The cells in order.
    public var values: [Value] {
        columns.indices.map { storage.value(row: index, column: $0) }
    }

    /// The cell of a column as it is; NULL for a column that does not exist.
    public subscript(column: String) -> Value {
        columns.firstIndex(of: column).map { storage.value(row: index, column: $0) } ?? .null
    }

    /// The cell at a position as it is; NULL beyond the last column.
    public subscript(position: Int) -> Value {
        columns.indices.contains(position) ? storage.value(row: index, column: position) : .null
    }

    /// The cell at a position, which must not be NULL.
    @inlinable
    public func decode<T: ValueDecodable>(_ type: T.Type = T.self, at position: Int) throws(EngineError) -> T {
        guard position >= 0, position < columns.count else { throw missing("column \(position + 1)") }
        if let decoded = fastPath(type, at: position) { return decoded }
        guard let decoded = T(from: storage.value(row: index, column: position)) else {
            throw undecodable(position, as: T.self)
        }
        return decoded
    }

    /// The cell at a position, nil for NULL.
    public func decode<T: ValueDecodable>(_ type: T?.Type, at position: Int) throws(EngineError) -> T? {
        guard columns.indices.contains(position) else { throw missing("column \(position + 1)") }
        if storage.value(row: index, column: position).isNull { return nil }
        return try decode(T.self, at: position)
    }

    /// The cell of a column, which must not be NULL.
    @inlinable
    public func decode<T: ValueDecodable>(_ type: T.Type, _ column: String) throws(EngineError) -> T {
        try decode(type, at: position(of: column))
    }

    /// The cell of a column, nil for NULL.
    public func decode<T: ValueDecodable>(_ type: T?.Type, _ column: String) throws(EngineError) -> T? {
        try decode(type, at: position(of: column))
    }

    /// The cell of a column, which must not be NULL, as the type that is expected there: `try row.decode("name")`.
    @inlinable
    public func decode<T: ValueDecodable>(_ column: String, as type: T.Type = T.self) throws(EngineError) -> T {
        try decode(type, at: position(of: column))
    }

    /// The cell of a column as the optional that is expected there, nil for NULL.
    public func decode<T: ValueDecodable>(_ column: String, as type: T?.Type = T?.self) throws(EngineError) -> T? {
        try decode(type, at: position(of: column))
    }

    /// The cell at a position, which must not be NULL, as the type that is expected there: `try row.decode(0)`.
    @inlinable
    public func decode<T: ValueDecodable>(_ position: Int, as type: T.Type = T.self) throws(EngineError) -> T {
        try decode(type, at: position)
    }

    /// The cell at a position as the optional that is expected there, nil for NULL.
    public func decode<T: ValueDecodable>(_ position: Int, as type: T?.Type = T?.self) throws(EngineError) -> T? {
        try decode(type, at: position)
    }

    @usableFromInline
    func position(of column: String) throws(EngineError) -> Int {
        guard let position = columns.firstIndex(of: column) else { throw missing("column \(column)") }
        return position
    }

    @usableFromInline
    func missing(_ column: String) -> EngineError {
        EngineError(.undecodable, "the result has no \(column); it has \(columns.joined(separator: ", "))")
    }

    @usableFromInline
    func undecodable(_ position: Int, as type: Any.Type) -> EngineError {
        EngineError(
            .undecodable,
            "column \(columns[position]) cannot be read as \(type); read it as an optional if it may be NULL"
        )
    }

    /// Common types are read from the engine's memory directly.
    ///
    /// Specialisation removes the comparisons.
    @inlinable
    @inline(__always)
    func fastPath<T>(_ type: T.Type, at position: Int) -> T? {
        if type == Int.self {
            return storage.integer(row: index, column: position).flatMap { Int(exactly: $0) } as? T
        }
        if type == Int64.self { return storage.integer(row: index, column: position) as? T }
        if type == String.self { return storage.text(row: index, column: position) as? T }
        if type == Double.self { return storage.double(row: index, column: position) as? T }
        return nil
    }
}
