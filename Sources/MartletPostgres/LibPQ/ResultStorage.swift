internal import CLibPQ
internal import MartletCore

/// Memory of one result of libpq, read in place and freed with the last row that is kept.
///
/// A PGresult is never changed after it was received, and reading it is safe from any thread: hence `@unchecked`.
final class ResultStorage: RowStorage, @unchecked Sendable {
    private let result: OpaquePointer
    private let codecs: [CellCodec?]
    /// Types for cells in text format; empty where all are binary.
    private let textTypes: [TypeID]
    let rowCount: Int

    /// Takes the result over.
    init(owning result: OpaquePointer) {
        self.result = result
        rowCount = Int(PQntuples(result))
        let columns = 0..<PQnfields(result)
        codecs = columns.map { CellCodec(TypeID(number: PQftype(result, $0))) }
        let isText = columns.contains { PQfformat(result, $0) == 0 }
        textTypes = isText ? columns.map { TypeID(number: PQftype(result, $0)) } : []
    }

    /// Takes over a result whose columns are known to be binary and of these types.
    init(owning result: OpaquePointer, codecs: [CellCodec?]) {
        self.result = result
        self.codecs = codecs
        rowCount = Int(PQntuples(result))
        textTypes = []
    }

    deinit {
        PQclear(result)
    }

    var columns: [String] {
        (0..<PQnfields(result)).map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
    }

    /// The count in the command's tag; for rows that were returned by a SELECT the same as their number.
    var affectedRows: Int {
        guard let tag = PQcmdTuples(result) else { return rowCount }
        var count = 0
        var digits = 0
        while case let digit = tag[digits], digit >= 48, digit <= 57 {
            count = count * 10 + Int(digit - 48)
            digits += 1
        }
        return digits == 0 ? rowCount : count
    }

    func value(row: Int, column: Int) -> Value {
        guard let bytes = cell(row, column) else { return .null }
        if !textTypes.isEmpty {
            return TextFormat.value(textTypes[column], BinaryDecoder.text(bytes))
        }
        return codecs[column].map { BinaryDecoder.value($0, bytes) } ?? .bytes(Array(bytes))
    }

    func integer(row: Int, column: Int) -> Int64? {
        guard textTypes.isEmpty, let codec = codecs[column], let bytes = cell(row, column) else {
            return Int64(from: value(row: row, column: column))
        }
        return BinaryDecoder.integer(codec, bytes)
    }

    func text(row: Int, column: Int) -> String? {
        guard textTypes.isEmpty, codecs[column] == .text, let bytes = cell(row, column) else {
            return String(from: value(row: row, column: column))
        }
        return BinaryDecoder.text(bytes)
    }

    func double(row: Int, column: Int) -> Double? {
        guard textTypes.isEmpty, codecs[column] == .float8, let bytes = cell(row, column) else {
            return Double(from: value(row: row, column: column))
        }
        return BinaryDecoder.double(.float8, bytes)
    }

    func byteCount(row: Int, column: Int) -> Int {
        PQgetisnull(result, Int32(row), Int32(column)) == 1 ? 0 : Int(PQgetlength(result, Int32(row), Int32(column)))
    }

    @inline(__always)
    private func cell(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
        let (row, column) = (Int32(row), Int32(column))
        let length = PQgetlength(result, row, column)
        if length == 0, PQgetisnull(result, row, column) == 1 { return nil }
        return PQgetvalue(result, row, column).map { UnsafeRawBufferPointer(start: $0, count: Int(length)) }
    }
}
