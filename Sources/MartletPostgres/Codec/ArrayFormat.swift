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

    /// The text format; elements are quoted, so that nothing in them is read as structure.
    static func literal(_ elements: [Value]) -> String {
        "{"
            + elements.map { element in
                switch element {
                case .null: "NULL"
                case .array(let inner): literal(inner)
                default:
                    "\""
                        + TextFormat.text(of: element)
                        .replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                        + "\""
                }
            }
            .joined(separator: ",") + "}"
    }

    /// Reads the text format; elements are decoded by the body.
    static func parse(_ text: some StringProtocol, _ decode: (String) -> Value) -> Value {
        var rest = Substring(text)
        // Bounds other than 1 are written before the braces: [0:1]={1,2}
        if rest.first == "[", let equals = rest.firstIndex(of: "=") { rest = rest[rest.index(after: equals)...] }
        return list(&rest, decode) ?? .null
    }

    private static func list(_ rest: inout Substring, _ decode: (String) -> Value) -> Value? {
        guard rest.first == "{" else { return nil }
        rest.removeFirst()
        var elements: [Value] = []
        while let character = rest.first {
            switch character {
            case "}":
                rest.removeFirst()
                return .array(elements)
            case ",":
                rest.removeFirst()
            case "{":
                guard let inner = list(&rest, decode) else { return nil }
                elements.append(inner)
            case "\"":
                elements.append(decode(quoted(&rest)))
            default:
                let word = rest.prefix { $0 != "," && $0 != "}" }
                rest.removeFirst(word.count)
                elements.append(word == "NULL" ? .null : decode(String(word)))
            }
        }
        return nil
    }

    private static func quoted(_ rest: inout Substring) -> String {
        rest.removeFirst()
        var content = ""
        while let character = rest.popFirst(), character != "\"" {
            if character == "\\", let escaped = rest.popFirst() {
                content.append(escaped)
            } else {
                content.append(character)
            }
        }
        return content
    }
}
