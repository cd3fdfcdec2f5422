import MartletCore

/// Rows as SQLite stored them, decoded when they are read.
final class CellStorage: RowStorage {
    private let cells: Cells
    private let width: Int
    let rowCount: Int

    init(_ cells: Cells, width: Int, rowCount: Int) {
        self.cells = cells
        self.width = width
        self.rowCount = rowCount
    }

    func value(row: Int, column: Int) -> Value {
        let cell = cells.cells[row * width + column]
        return switch cell.kind {
        case .null: .null
        case .integer: .integer(cell.payload)
        case .double: .double(cell.double)
        case .text: .text(String(decoding: cells.content(of: cell), as: UTF8.self))
        case .bytes: .bytes(Array(cells.content(of: cell)))
        }
    }

    func integer(row: Int, column: Int) -> Int64? {
        let cell = cells.cells[row * width + column]
        return cell.kind == .integer ? cell.payload : nil
    }

    func text(row: Int, column: Int) -> String? {
        let cell = cells.cells[row * width + column]
        return cell.kind == .text ? String(decoding: cells.content(of: cell), as: UTF8.self) : nil
    }

    func double(row: Int, column: Int) -> Double? {
        let cell = cells.cells[row * width + column]
        return switch cell.kind {
        case .double: cell.double
        case .integer: Double(cell.payload)
        default: nil
        }
    }

    func byteCount(row: Int, column: Int) -> Int {
        Int(cells.cells[row * width + column].length)
    }
}

extension Cells.Cell {
    fileprivate var double: Double {
        Double(bitPattern: UInt64(bitPattern: payload))
    }
}
