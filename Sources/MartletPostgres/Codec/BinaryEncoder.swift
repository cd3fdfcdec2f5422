internal import Foundation
internal import MartletCore

/// Writes values in PostgreSQL's binary format.
enum BinaryEncoder {
    /// Appends the value if its binary form for the type is known, and says whether it did.
    static func append(_ value: Value, as type: TypeID, to bytes: inout [UInt8]) throws(EngineError) -> Bool {
        switch value {
        case .integer(let integer): return try append(integer, as: type, to: &bytes)
        case .text(let text), .json(let text):
            guard isTextual(type) else { return false }
            let start = bytes.count
            bytes.append(contentsOf: text.utf8)
            if bytes[start...].contains(0) { throw .textWithNUL }
            return true
        case .double(let double): return append(double, as: type, to: &bytes)
        case .bool(let bool):
            guard type == .bool else { return false }
            bytes.append(bool ? 1 : 0)
            return true
        case .bytes(let content):
            guard type == .bytea else { return false }
            bytes.append(contentsOf: content)
            return true
        case .uuid(let uuid):
            guard type == .uuid else { return false }
            withUnsafeBytes(of: uuid.uuid) { bytes.append(contentsOf: $0) }
            return true
        case .timestamp(let timestamp):
            guard type == .timestamptz || type == .timestamp else { return false }
            return append(timestamp, to: &bytes)
        case .array(let elements):
            guard let element = type.element else { return false }
            return try append(elements, of: element, to: &bytes)
        case .date(let date):
            guard type == .date, let days = Int32(exactly: date.daysSince1970 - BinaryDecoder.epochDays) else {
                return false
            }
            // The first and the last number are the infinite days.
            guard days != .max, days != .min else { return false }
            bytes.appendBigEndian(days)
            return true
        case .null, .decimal: return false
        }
    }

    private static func isTextual(_ type: TypeID) -> Bool {
        switch type {
        case .text, .varchar, .bpchar, .name, .json, .unknown: true
        default: false
        }
    }

    private static func append(_ integer: Int64, as type: TypeID, to bytes: inout [UInt8]) throws(EngineError) -> Bool {
        switch type {
        case .int8: bytes.appendBigEndian(integer)
        case .int4: bytes.appendBigEndian(try narrowed(integer, to: Int32.self))
        case .int2: bytes.appendBigEndian(try narrowed(integer, to: Int16.self))
        case .oid: bytes.appendBigEndian(try narrowed(integer, to: UInt32.self))
        default: return false
        }
        return true
    }

    private static func narrowed<T: FixedWidthInteger>(_ integer: Int64, to type: T.Type) throws(EngineError) -> T {
        guard let narrowed = T(exactly: integer) else {
            throw EngineError(
                .invalidValue,
                "a bound integer does not fit the \(T.bitWidth) bits of its placeholder; cast the placeholder to bigint"
            )
        }
        return narrowed
    }

    private static func append(_ double: Double, as type: TypeID, to bytes: inout [UInt8]) -> Bool {
        switch type {
        case .float8: bytes.appendBigEndian(double.bitPattern)
        case .float4: bytes.appendBigEndian(Float(double).bitPattern)
        default: return false
        }
        return true
    }

    private static func append(_ timestamp: Timestamp, to bytes: inout [UInt8]) -> Bool {
        let microseconds = timestamp.microsecondsSince1970
        if timestamp == .distantFuture || timestamp == .distantPast {
            bytes.appendBigEndian(microseconds)
            return true
        }
        let (shifted, overflow) = microseconds.subtractingReportingOverflow(BinaryDecoder.epochMicroseconds)
        guard !overflow else { return false }
        bytes.appendBigEndian(shifted)
        return true
    }

    /// One dimension; nested or mixed elements are left to the text form, which is undone here.
    private static func append(
        _ elements: [Value],
        of type: TypeID,
        to bytes: inout [UInt8]
    ) throws(EngineError) -> Bool {
        let start = bytes.count
        bytes.appendBigEndian(Int32(elements.isEmpty ? 0 : 1))
        bytes.appendBigEndian(Int32(elements.contains(.null) ? 1 : 0))
        bytes.appendBigEndian(type.number)
        guard !elements.isEmpty else { return true }
        bytes.appendBigEndian(Int32(elements.count))
        bytes.appendBigEndian(Int32(1))
        for element in elements {
            guard !element.isNull else {
                bytes.appendBigEndian(Int32(-1))
                continue
            }
            let lengthAt = bytes.count
            bytes.appendBigEndian(Int32(0))
            guard try append(element, as: type, to: &bytes) else {
                bytes.removeSubrange(start...)
                return false
            }
            let length = Int32(bytes.count - lengthAt - 4)
            withUnsafeBytes(of: length.bigEndian) { bytes.replaceSubrange(lengthAt..<lengthAt + 4, with: $0) }
        }
        return true
    }
}

extension [UInt8] {
    @inline(__always)
    mutating func appendBigEndian(_ integer: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: integer.bigEndian) { append(contentsOf: $0) }
    }
}
