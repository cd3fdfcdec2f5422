import Foundation
import MartletCore

/// Reads what `CursorWriter` wrote; nil where it did not.
struct CursorReader {
    /// Dimensions of an array; PostgreSQL has six.
    private static let depthMax = 6

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() -> UInt8? {
        rest.popFirst()
    }

    mutating func count() -> Int? {
        var result: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 63, by: 7) {
            guard let byte = byte() else { return nil }
            result |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return Int(exactly: result) }
        }
        return nil
    }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func value(depth: Int = 0) -> Value? {
        guard depth <= Self.depthMax, let kind = byte().flatMap(CursorValueKind.init) else { return nil }
        switch kind {
        case .null: return .null
        case .bool: return byte().map { .bool($0 == 1) }
        case .integer: return bits().map { .integer(Int64(bitPattern: $0)) }
        case .double: return bits().map { .double(Double(bitPattern: $0)) }
        case .decimal: return text().flatMap(DecimalNumber.init).map { .decimal($0) }
        case .text: return text().map { .text($0) }
        case .json: return text().map { .json($0) }
        case .bytes: return prefixed().map { .bytes(Array($0)) }
        case .date: return bits().map { .date(CalendarDate(daysSince1970: Int(Int64(bitPattern: $0)))) }
        case .timestamp: return bits().map { .timestamp(Timestamp(microsecondsSince1970: Int64(bitPattern: $0))) }
        case .uuid: return bytes(16).flatMap { UUID(from: .bytes(Array($0))) }.map { .uuid($0) }
        case .array: return array(depth: depth)
        }
    }

    private mutating func array(depth: Int) -> Value? {
        // An element has a byte at least, so a count that was made up takes no memory.
        guard let count = count(), count <= rest.count else { return nil }
        var elements: [Value] = []
        for _ in 0..<count {
            guard let element = value(depth: depth + 1) else { return nil }
            elements.append(element)
        }
        return .array(elements)
    }

    private mutating func prefixed() -> ArraySlice<UInt8>? {
        count().flatMap { bytes($0) }
    }

    private mutating func text() -> String? {
        prefixed().flatMap { String(validating: $0, as: UTF8.self) }
    }

    private mutating func bits() -> UInt64? {
        bytes(8)?.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
