import CHiredis

/// What Redis answers.
enum RedisReply: Sendable, Equatable {
    case none
    case integer(Int64)
    case bytes([UInt8])
    case list([RedisReply])
    case status(String)
    case error(String)

    /// Reads what hiredis has parsed.
    init(_ reply: redisReply) {
        func bytes() -> [UInt8] {
            guard let text = reply.str else { return [] }
            return Array(UnsafeRawBufferPointer(start: text, count: reply.len))
        }
        switch reply.type {
        case REDIS_REPLY_INTEGER: self = .integer(reply.integer)
        case REDIS_REPLY_STRING: self = .bytes(bytes())
        case REDIS_REPLY_STATUS: self = .status(String(decoding: bytes(), as: UTF8.self))
        case REDIS_REPLY_ERROR: self = .error(String(decoding: bytes(), as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            self = .list((0..<reply.elements).map { reply.element?[$0].map { RedisReply($0.pointee) } ?? .none })
        default: self = .none
        }
    }
}
