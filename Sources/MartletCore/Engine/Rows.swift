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

    /// Bytes of all cells as they came from the database.
    ///
    /// Cost: one look at each cell.
    public var byteCount: Int {
        var sum = 0
        for row in 0..<storage.rowCount {
            for column in columns.indices { sum += storage.byteCount(row: row, column: column) }
        }
        return sum
    }

    /// Looks at the cells in order, without making rows of them, until the body has had enough.
    package func forEachValue(_ body: (Value) -> Bool) {
        let width = columns.count
        for row in 0..<storage.rowCount {
            for column in 0..<width where !body(storage.value(row: row, column: column)) { return }
        }
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
