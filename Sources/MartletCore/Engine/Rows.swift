/// What holds the cells of a result: an engine's own memory, read on demand.
///
/// `row` and `column` are always within bounds.
public protocol RowStorage: AnyObject, Sendable {
    /// Rows that are held.
    var rowCount: Int { get }
    /// The cell as a value.
    func value(row: Int, column: Int) -> Value
    /// The cell as an integer without the detour over `Value`; nil where it is none, or NULL.
    func integer(row: Int, column: Int) -> Int64?
    /// The cell as text without the detour over `Value`; nil where it is none, or NULL.
    func text(row: Int, column: Int) -> String?
    /// The cell as a floating-point number without the detour over `Value`; nil where it is none, or NULL.
    func double(row: Int, column: Int) -> Double?
    /// Bytes of the cell as they came from the database; 0 for NULL.
    func byteCount(row: Int, column: Int) -> Int
}

extension RowStorage {
    /// The cell as an integer.
    public func integer(row: Int, column: Int) -> Int64? {
        Int64(from: value(row: row, column: column))
    }

    /// The cell as text.
    public func text(row: Int, column: Int) -> String? {
        String(from: value(row: row, column: column))
    }

    /// The cell as a floating-point number.
    public func double(row: Int, column: Int) -> Double? {
        Double(from: value(row: row, column: column))
    }
}

/// The rows of one statement, decoded when they are read.
public struct Rows: Sendable, RandomAccessCollection {
    /// Names of the columns in order; two may be equal.
    public let columns: [String]
    /// Rows that an INSERT, UPDATE, DELETE or COPY touched; for others, the rows returned.
    public let affectedRows: Int
    @usableFromInline let storage: any RowStorage

    /// Wraps an engine's memory.
    public init(columns: [String], affectedRows: Int, storage: any RowStorage) {
        self.columns = columns
        self.affectedRows = affectedRows
        self.storage = storage
        endIndex = storage.rowCount
    }

    /// Rows that were computed, not read.
    public init(columns: [String], values: [[Value]], affectedRows: Int? = nil) {
        self.init(
            columns: columns,
            affectedRows: affectedRows ?? values.count,
            storage: ValueStorage(values)
        )
    }

    /// 0.
    @inlinable public var startIndex: Int { 0 }
    /// The number of rows.
    public let endIndex: Int

    /// One row; the memory of all lives as long as any.
    @inlinable
    public subscript(position: Int) -> Row {
        precondition(position >= 0 && position < endIndex, "there is no such row")
        return Row(columns: columns, storage: storage, index: position)
    }

    /// Bytes of all cells as they came from the database. Cost: one look at each cell.
    public var byteCount: Int {
        var sum = 0
        for row in 0..<storage.rowCount {
            for column in columns.indices { sum += storage.byteCount(row: row, column: column) }
        }
        return sum
    }
}

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
    public func decode<T: ValueDecodable>(_ type: T.Type = T.self, _ column: String) throws(EngineError) -> T {
        try decode(type, at: position(of: column))
    }

    /// The cell of a column, nil for NULL.
    public func decode<T: ValueDecodable>(_ type: T?.Type, _ column: String) throws(EngineError) -> T? {
        try decode(type, at: position(of: column))
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

    /// Common types are read from the engine's memory directly. Specialisation removes the comparisons.
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

/// Rows held as values.
private final class ValueStorage: RowStorage {
    private let values: [[Value]]

    init(_ values: [[Value]]) {
        self.values = values
    }

    var rowCount: Int { values.count }

    func value(row: Int, column: Int) -> Value {
        values[row][column]
    }

    func byteCount(row: Int, column: Int) -> Int {
        values[row][column].byteCount
    }
}

extension Value {
    /// Bytes that the value takes on the wire, roughly; 0 for NULL.
    package var byteCount: Int {
        switch self {
        case .null: 0
        case .bool: 1
        case .integer, .double, .timestamp: 8
        case .date: 4
        case .uuid: 16
        case .decimal(let decimal): decimal.description.utf8.count
        case .text(let text), .json(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .array(let elements): elements.reduce(0) { $0 + $1.byteCount }
        }
    }
}
