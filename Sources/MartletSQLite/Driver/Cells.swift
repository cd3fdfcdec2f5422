internal import MartletCore

/// The cells of a result in two flat arrays: one entry for each cell, and the bytes of all texts and blobs.
struct Cells: Sendable {
    /// SQLite's storage class of a cell.
    enum Kind: UInt8, Sendable {
        case null
        case integer
        case double
        case text
        case bytes
    }

    /// One cell in 16 bytes.
    struct Cell: Sendable {
        /// The integer, the bits of the floating-point number, or where in `bytes` the text or blob begins.
        var payload: Int64
        /// Length of the text or blob; SQLite's limit is below 2^31.
        var length: Int32
        var kind: Kind
    }

    private(set) var cells: [Cell] = []
    private(set) var bytes: [UInt8] = []

    mutating func appendNull() {
        cells.append(Cell(payload: 0, length: 0, kind: .null))
    }

    mutating func append(_ integer: Int64) {
        cells.append(Cell(payload: integer, length: 8, kind: .integer))
    }

    mutating func append(_ double: Double) {
        cells.append(Cell(payload: Int64(bitPattern: double.bitPattern), length: 8, kind: .double))
    }

    mutating func append(_ buffer: UnsafeRawBufferPointer, kind: Kind) {
        cells.append(Cell(payload: Int64(bytes.count), length: Int32(buffer.count), kind: kind))
        bytes.append(contentsOf: buffer)
    }

    /// The bytes of a text or blob.
    func content(of cell: Cell) -> ArraySlice<UInt8> {
        bytes[Int(cell.payload)..<Int(cell.payload) + Int(cell.length)]
    }
}
