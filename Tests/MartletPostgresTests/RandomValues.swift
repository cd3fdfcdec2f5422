import Foundation
import MartletCore

/// Random values of PostgreSQL's types, the same for the same seed.
struct RandomValues {
    static let types = [
        "int2", "int4", "int8", "float4", "float8", "numeric", "text", "bytea", "date", "timestamp", "timestamptz",
        "uuid", "bool", "text[]", "int8[]", "numeric[]", "bytea[]",
    ]

    private var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    mutating func value(of type: String) -> Value {
        if type.hasSuffix("[]") {
            let element = String(type.dropLast(2))
            return .array((0..<Int.random(in: 0..<6, using: &random)).map { _ in isRare ? .null : value(of: element) })
        }
        switch type {
        case "int2": return .integer(Int64(Int16(truncatingIfNeeded: integer)))
        case "int4": return .integer(Int64(Int32(truncatingIfNeeded: integer)))
        case "int8": return .integer(integer)
        case "float4":
            let number = Float(bitPattern: UInt32(truncatingIfNeeded: integer))
            return .double(number.isNaN ? 0.5 : Double(number))
        case "float8":
            let number = Double(bitPattern: UInt64(bitPattern: integer))
            return .double(number.isNaN ? 0.5 : number)
        case "numeric": return DecimalNumber(decimal).map { .decimal($0) } ?? .null
        case "text": return .text(text)
        case "bytea":
            return .bytes(
                (0..<Int.random(in: 0..<40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            )
        // From 4713 BC to 5874897, and to 294246 for instants.
        case "date":
            return .date(CalendarDate(daysSince1970: Int.random(in: -2_440_000...2_145_000_000, using: &random)))
        case "timestamp", "timestamptz":
            let range = Int64(-210_800_000_000_000_000)...9_223_300_000_000_000_000
            return .timestamp(Timestamp(microsecondsSince1970: Int64.random(in: range, using: &random)))
        case "uuid": return .uuid(uuid)
        default: return .bool(Bool.random(using: &random))
        }
    }

    private var isRare: Bool {
        mutating get { Int.random(in: 0..<8, using: &random) == 0 }
    }

    /// Small numbers as often as large ones.
    private var integer: Int64 {
        mutating get { Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0..<64, using: &random) }
    }

    /// In the notation of the server, which writes no needless zeros before the point.
    private var decimal: String {
        mutating get {
            let whole = digits(Int.random(in: 0..<30, using: &random)).drop { $0 == "0" }
            let fraction = digits(Int.random(in: 0..<30, using: &random))
            let number = (whole.isEmpty ? "0" : String(whole)) + (fraction.isEmpty ? "" : "." + fraction)
            let isZero = number.allSatisfy { $0 == "0" || $0 == "." }
            return (isZero || Bool.random(using: &random) ? "" : "-") + number
        }
    }

    private mutating func digits(_ count: Int) -> String {
        // Groups of four zeros are what the binary format leaves out.
        (0..<count).map { _ in isRare ? "0000" : String(Int.random(in: 0...9, using: &random)) }.joined()
    }

    private var text: String {
        mutating get {
            let scalars: [Unicode.Scalar] = [
                "a", "\"", "\\", "'", ",", "{", "}", "\u{301}", "\u{200D}", "\u{1F989}", "\r", "\n", " ", "N",
            ]
            var text = ""
            for _ in 0..<Int.random(in: 0..<12, using: &random) {
                text.unicodeScalars.append(scalars[Int.random(in: 0..<scalars.count, using: &random)])
            }
            return text
        }
    }

    private var uuid: UUID {
        mutating get {
            var bytes: [UInt8] = []
            for _ in 0..<16 { bytes.append(UInt8.random(in: 0...255, using: &random)) }
            return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
        }
    }
}
