/// How the cells of one column are to be read: found once per statement, used for every cell.
enum CellCodec: UInt8 {
    case bool, bytea, char, text, int2, int4, int8, oid, float4, float8, date, timestamp, timestamptz, numeric, uuid,
        json, jsonb, array

    /// nil for a type whose binary form is not known here; its statement is then asked for text.
    init?(_ type: TypeID) {
        switch type {
        case .bool: self = .bool
        case .bytea: self = .bytea
        case .char: self = .char
        case .name, .text, .bpchar, .varchar, .unknown: self = .text
        case .int2: self = .int2
        case .int4: self = .int4
        case .int8: self = .int8
        case .oid: self = .oid
        case .float4: self = .float4
        case .float8: self = .float8
        case .date: self = .date
        case .timestamp: self = .timestamp
        case .timestamptz: self = .timestamptz
        case .numeric: self = .numeric
        case .uuid: self = .uuid
        case .json: self = .json
        case .jsonb: self = .jsonb
        default:
            guard type.element != nil else { return nil }
            self = .array
        }
    }
}
