internal import GRDB
internal import GRDBSQLite

// All pointers of SQLite stay in this file. https://www.sqlite.org/c3ref/intro.html (3.40.1)

/// A prepared statement as the C library knows it, valid as long as the GRDB statement it comes from.
struct CStatement {
    private let pointer: OpaquePointer

    /// SQLITE_TRANSIENT, a cast in C: SQLite copies what is bound.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ statement: GRDB.Statement) {
        pointer = statement.sqliteStatement
    }

    /// Names of the parameters in order; nil for a plain `?`.
    var parameterNames: [String?] {
        let count = sqlite3_bind_parameter_count(pointer)
        guard count > 0 else { return [] }
        return (1...count).map { sqlite3_bind_parameter_name(pointer, $0).map { String(cString: $0) } }
    }

    var columnNames: [String] {
        (0..<sqlite3_column_count(pointer)).map { sqlite3_column_name(pointer, $0).map { String(cString: $0) } ?? "" }
    }

    /// How often SQLite has prepared it again because the schema had changed.
    var reprepareCount: Int {
        Int(sqlite3_stmt_status(pointer, SQLITE_STMTSTATUS_REPREPARE, 0))
    }

    /// Steps of the virtual machine since the last look.
    func takeVirtualMachineSteps() -> Int {
        Int(sqlite3_stmt_status(pointer, SQLITE_STMTSTATUS_VM_STEP, 1))
    }

    /// Makes it ready for the next run, and lets go of what was bound.
    func resetAndClear() {
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
    }

    /// Binds a value; false if it is too large for SQLite.
    func bind(_ value: BindableValue, at position: Int) -> Bool {
        let position = CInt(position)
        let code: CInt
        switch value {
        case .null: code = sqlite3_bind_null(pointer, position)
        case .integer(let integer): code = sqlite3_bind_int64(pointer, position, integer)
        case .double(let double): code = sqlite3_bind_double(pointer, position, double)
        case .text(var text):
            code = text.withUTF8 { buffer in
                // A null pointer would bind NULL, so empty text needs an address.
                guard let base = buffer.baseAddress, !buffer.isEmpty else {
                    return sqlite3_bind_text(pointer, position, "", 0, Self.copied)
                }
                return base.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
                    sqlite3_bind_text64(
                        pointer,
                        position,
                        $0,
                        sqlite3_uint64(buffer.count),
                        Self.copied,
                        UInt8(SQLITE_UTF8)
                    )
                }
            }
        case .bytes(let bytes):
            code = bytes.withUnsafeBytes { buffer in
                guard !buffer.isEmpty else { return sqlite3_bind_zeroblob(pointer, position, 0) }
                return sqlite3_bind_blob64(
                    pointer,
                    position,
                    buffer.baseAddress,
                    sqlite3_uint64(buffer.count),
                    Self.copied
                )
            }
        }
        return code == SQLITE_OK
    }

    /// Copies the current row.
    func appendRow(to cells: inout Cells, width: Int) {
        for column in 0..<CInt(width) {
            switch sqlite3_column_type(pointer, column) {
            case SQLITE_INTEGER: cells.append(sqlite3_column_int64(pointer, column))
            case SQLITE_FLOAT: cells.append(sqlite3_column_double(pointer, column))
            case SQLITE_TEXT:
                let text = sqlite3_column_text(pointer, column)
                let count = Int(sqlite3_column_bytes(pointer, column))
                cells.append(UnsafeRawBufferPointer(start: text, count: text == nil ? 0 : count), kind: .text)
            case SQLITE_BLOB:
                let blob = sqlite3_column_blob(pointer, column)
                let count = Int(sqlite3_column_bytes(pointer, column))
                cells.append(UnsafeRawBufferPointer(start: blob, count: blob == nil ? 0 : count), kind: .bytes)
            default: cells.appendNull()
            }
        }
    }
}

/// Ends what a connection is running, from any thread.
///
/// `@unchecked Sendable`: `sqlite3_interrupt` may be called from any thread while the connection is open, and `Mailbox`
/// keeps this value, and calls it, under its lock and only while the connection is lent.
struct Interrupter: @unchecked Sendable {
    private let connection: OpaquePointer

    /// nil for a database that has been closed.
    init?(_ database: Database) {
        guard let connection = database.sqliteConnection else { return nil }
        self.connection = connection
    }

    func interrupt() {
        sqlite3_interrupt(connection)
    }
}

/// The row that a statement stands on, read in place.
struct CurrentRow {
    private let pointer: OpaquePointer

    init(_ statement: GRDB.Statement) {
        pointer = statement.sqliteStatement
    }

    func integer(_ column: Int) -> Int {
        Int(sqlite3_column_int64(pointer, CInt(column)))
    }

    /// Bytes of a text or blob, digits of a number.
    func byteCount(_ column: Int) -> Int {
        Int(sqlite3_column_bytes(pointer, CInt(column)))
    }

    /// Whether a cell holds this text, without making a string of it.
    func holds(_ text: String, at column: Int) -> Bool {
        guard let cell = sqlite3_column_text(pointer, CInt(column)) else { return false }
        let bytes = UnsafeBufferPointer(start: cell, count: byteCount(column))
        return text.utf8.elementsEqual(bytes)
    }

    func text(_ column: Int) -> String? {
        sqlite3_column_text(pointer, CInt(column)).map { String(cString: $0) }
    }
}

extension Database {
    /// The collation that a column was declared with; nil where there is no such column.
    func declaredCollation(table: String, column: String) -> String? {
        var collation: UnsafePointer<CChar>?
        let code = sqlite3_table_column_metadata(
            sqliteConnection,
            "main",
            table,
            column,
            nil,
            &collation,
            nil,
            nil,
            nil
        )
        guard code == SQLITE_OK, let collation else { return nil }
        return String(cString: collation)
    }
}
