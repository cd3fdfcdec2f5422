internal import Foundation
internal import MartletCore

/// Reads cells in PostgreSQL's binary format.
///
/// Formats: the `*_send` functions of PostgreSQL 15, src/backend/utils/adt. A cell that is too short for its type
/// reads as NULL rather than beyond its end.
enum BinaryDecoder {
    /// PostgreSQL counts from 2000-01-01: days and microseconds since 1970-01-01.
    static let epochDays = 10_957
    static let epochMicroseconds: Int64 = 946_684_800_000_000

    static func value(_ codec: CellCodec, _ bytes: UnsafeRawBufferPointer) -> Value {
        switch codec {
        case .bool: bytes.first.map { .bool($0 != 0) } ?? .null
        case .bytea: .bytes(Array(bytes))
        case .text: .text(text(bytes))
        case .char: .text(character(bytes))
        case .json: .json(text(bytes))
        case .jsonb: .json(text(UnsafeRawBufferPointer(rebasing: bytes.dropFirst())))
        case .int2, .int4, .int8, .oid: integer(codec, bytes).map { .integer($0) } ?? .null
        case .float4, .float8: double(codec, bytes).map { .double($0) } ?? .null
        case .date: date(bytes)
        case .timestamp: timestamp(bytes, offset: "")
        case .timestamptz: timestamp(bytes, offset: DateTimeFormat.utc)
        case .numeric: NumericFormat.decode(bytes).map { .decimal($0) } ?? .null
        case .uuid: uuid(bytes)
        case .array: ArrayFormat.decode(bytes)
        }
    }

    @inline(__always)
    static func integer(_ codec: CellCodec, _ bytes: UnsafeRawBufferPointer) -> Int64? {
        switch codec {
        case .int4: bytes.bigEndian(Int32.self).map(Int64.init)
        case .int8: bytes.bigEndian(Int64.self)
        case .int2: bytes.bigEndian(Int16.self).map(Int64.init)
        case .oid: bytes.bigEndian(UInt32.self).map(Int64.init)
        default: nil
        }
    }

    static func double(_ codec: CellCodec, _ bytes: UnsafeRawBufferPointer) -> Double? {
        switch codec {
        case .float8: bytes.bigEndian(UInt64.self).map(Double.init(bitPattern:))
        case .float4: bytes.bigEndian(UInt32.self).map { Double(Float(bitPattern: $0)) }
        default: nil
        }
    }

    static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// The type "char": one byte of any value, shown as charout of PostgreSQL 16 does.
    private static func character(_ bytes: UnsafeRawBufferPointer) -> String {
        guard let byte = bytes.first, byte != 0 else { return "" }
        guard byte >= 0x80 else { return String(UnicodeScalar(byte)) }
        return "\\" + String(byte, radix: 8)
    }

    private static func date(_ bytes: UnsafeRawBufferPointer) -> Value {
        guard let days = bytes.bigEndian(Int32.self) else { return .null }
        if days == .max { return .text("infinity") }
        if days == .min { return .text("-infinity") }
        return .date(CalendarDate(daysSince1970: Int(days) + epochDays))
    }

    private static func timestamp(_ bytes: UnsafeRawBufferPointer, offset: String) -> Value {
        guard let microseconds = bytes.bigEndian(Int64.self) else { return .null }
        if microseconds == .max { return .timestamp(.distantFuture) }
        if microseconds == .min { return .timestamp(.distantPast) }
        let (shifted, isBeyond) = microseconds.addingReportingOverflow(epochMicroseconds)
        if isBeyond {
            return DateTimeFormat.timestamp(daysSince1970: epochDays, microseconds: microseconds, offset: offset)
        }
        return .timestamp(Timestamp(microsecondsSince1970: shifted))
    }

    private static func uuid(_ bytes: UnsafeRawBufferPointer) -> Value {
        guard bytes.count == 16 else { return .null }
        return .uuid(UUID(uuid: bytes.loadUnaligned(as: uuid_t.self)))
    }
}

extension UnsafeRawBufferPointer {
    /// The first bytes as an integer in network order; nil if there are too few.
    @inline(__always)
    func bigEndian<T: FixedWidthInteger>(_ type: T.Type, at offset: Int = 0) -> T? {
        guard count >= offset + MemoryLayout<T>.size else { return nil }
        return T(bigEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
    }
}
