/// Why a connection with Redis cannot be used any more.
struct RedisFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
