/// HMAC with SHA-256: a tag that only who has the key can make.
///
/// RFC 2104, https://www.rfc-editor.org/rfc/rfc2104.
struct MessageAuthenticator: Sendable {
    /// The hash with the first block, which is the key, behind it.
    private let inner: SHA256
    private let outer: SHA256

    init(key: [UInt8]) {
        var block = key.count > SHA256.blockBytes ? SHA256.hash(key) : key
        block += [UInt8](repeating: 0, count: SHA256.blockBytes - block.count)
        inner = SHA256(behind: block.map { $0 ^ 0x36 })
        outer = SHA256(behind: block.map { $0 ^ 0x5c })
    }

    /// The tag of a message, 32 bytes.
    func tag(of message: some Sequence<UInt8>) -> [UInt8] {
        var (inner, outer) = (inner, outer)
        inner.update(message)
        outer.update(inner.finish())
        return outer.finish()
    }

    /// Whether two tags are equal, in a time that does not say where they differ.
    static func areEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
