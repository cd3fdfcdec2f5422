internal import MartletCore

/// Arrays: the binary format, in and out, and the text format `{1,NULL,"a b"}`.
///
/// Sources: array_send and array_out, PostgreSQL 15, src/backend/utils/adt/arrayfuncs.c.
enum ArrayFormat {
    /// The most dimensions PostgreSQL has (MAXDIM).
    private static let dimensionsMax = 6

    static func decode(_ bytes: UnsafeRawBufferPointer) -> Value {
        guard let dimensions = bytes.bigEndian(Int32.self), (0...Int32(dimensionsMax)).contains(dimensions),
            let element = bytes.bigEndian(UInt32.self, at: 8),
            let codec = CellCodec(TypeID(number: element))
        else { return .null }
        if dimensions == 0 { return .array([]) }
        var lengths: [Int] = []
        for dimension in 0..<Int(dimensions) {
            guard let length = bytes.bigEndian(Int32.self, at: 12 + 8 * dimension), length >= 0 else { return .null }
            lengths.append(Int(length))
        }
        var offset = 12 + 8 * Int(dimensions)
        return nested(lengths[...], codec, bytes, &offset)
    }

    private static func nested(
        _ lengths: ArraySlice<Int>,
        _ codec: CellCodec,
        _ bytes: UnsafeRawBufferPointer,
        _ offset: inout Int
    ) -> Value {
        guard let length = lengths.first else { return cell(codec, bytes, &offset) }
        var elements: [Value] = []
        for _ in 0..<length where offset < bytes.count {
            elements.append(nested(lengths.dropFirst(), codec, bytes, &offset))
        }
        return .array(elements)
    }

    private static func cell(_ codec: CellCodec, _ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> Value {
        guard let length = bytes.bigEndian(Int32.self, at: offset) else {
            offset = bytes.count
            return .null
        }
        offset += 4
        guard length >= 0 else { return .null }
        guard offset + Int(length) <= bytes.count else {
            offset = bytes.count
            return .null
        }
        defer { offset += Int(length) }
        return BinaryDecoder.value(codec, UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(length)]))
    }

    /// Appends the text format; elements are quoted, so that nothing in them is read as structure.
    static func append(_ elements: [Value], to bytes: inout [UInt8]) {
        var content: [UInt8] = []
        bytes.append(UInt8(ascii: "{"))
        for (position, element) in elements.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            switch element {
            case .null: bytes.append(contentsOf: "NULL".utf8)
            case .array(let inner): append(inner, to: &bytes)
            default:
                content.removeAll(keepingCapacity: true)
                TextFormat.append(element, to: &content)
                bytes.append(UInt8(ascii: "\""))
                for byte in content {
                    if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"") { bytes.append(UInt8(ascii: "\\")) }
                    bytes.append(byte)
                }
                bytes.append(UInt8(ascii: "\""))
            }
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// Reads the text format; elements are decoded by the body.
    ///
    /// By bytes: as characters, a quote with a combining mark after it would be none.
    static func parse(_ text: String, _ decode: (String) -> Value) -> Value {
        var rest = Array(text.utf8)[...]
        // Bounds other than 1 are written before the braces: [0:1]={1,2}
        if rest.first == UInt8(ascii: "["), let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
            rest = rest[(equals + 1)...]
        }
        return list(&rest, decode) ?? .null
    }

    private static func list(_ rest: inout ArraySlice<UInt8>, _ decode: (String) -> Value) -> Value? {
        guard rest.popFirst() == UInt8(ascii: "{") else { return nil }
        var elements: [Value] = []
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "}"):
                rest.removeFirst()
                return .array(elements)
            case UInt8(ascii: ","):
                rest.removeFirst()
            case UInt8(ascii: "{"):
                guard let inner = list(&rest, decode) else { return nil }
                elements.append(inner)
            case UInt8(ascii: "\""):
                elements.append(decode(quoted(&rest)))
            default:
                let word = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
                rest = rest.dropFirst(word.count)
                let text = String(decoding: word, as: UTF8.self)
                elements.append(text == "NULL" ? .null : decode(text))
            }
        }
        return nil
    }

    private static func quoted(_ rest: inout ArraySlice<UInt8>) -> String {
        rest.removeFirst()
        var content: [UInt8] = []
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
                content.append(escaped)
            } else {
                content.append(byte)
            }
        }
        return String(decoding: content, as: UTF8.self)
    }
}
