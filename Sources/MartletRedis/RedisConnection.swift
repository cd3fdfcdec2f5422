import CHiredis
import Glibc

/// One connection with Redis, used on one thread.
///
/// Its socket does not block: each call has a deadline that holds for all of it, also when the server answers byte by
/// byte. After a failure it is of no more use: an answer that comes late would be taken for that of another command.
struct RedisConnection: ~Copyable {
    private let context: UnsafeMutablePointer<redisContext>

    /// Connects; the name of a host is looked up without a deadline.
    static func open(_ address: RedisOptions.Address, deadline: ContinuousClock.Instant) throws -> RedisConnection {
        let made: UnsafeMutablePointer<redisContext>? =
            switch address {
            case .host(let host, let port): redisConnectNonBlock(host, Int32(clamping: port))
            case .socket(let path): redisConnectUnixNonBlock(path)
            }
        guard let made else { throw RedisFailure("no memory for a connection") }
        // From here on it is freed, whatever comes.
        let connection = RedisConnection(context: made)
        guard made.pointee.err == 0 else { throw Self.failure(made) }
        try connection.wait(for: Int32(POLLOUT), until: deadline)
        var (problem, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        getsockopt(made.pointee.fd, SOL_SOCKET, SO_ERROR, &problem, &length)
        guard problem == 0 else { throw RedisFailure("cannot connect: \(String(cString: strerror(problem)))") }
        return connection
    }

    private init(context: UnsafeMutablePointer<redisContext>) { self.context = context }

    deinit { redisFree(context) }

    /// Sends commands together and returns the answer of each.
    func exchange(_ commands: [[[UInt8]]], deadline: ContinuousClock.Instant) throws -> [RedisReply] {
        for command in commands { try append(command) }
        var isSent: Int32 = 0
        while true {
            guard redisBufferWrite(context, &isSent) == REDIS_OK else { throw Self.failure(context) }
            if isSent == 1 { break }
            // A server that answers much may want to be read before it reads on.
            try wait(for: Int32(POLLOUT | POLLIN), until: deadline)
            if try isReady(for: Int32(POLLIN)) { try receive() }
        }
        var replies: [RedisReply] = []
        while replies.count < commands.count {
            if let reply = try next() {
                replies.append(reply)
            } else {
                try wait(for: Int32(POLLIN), until: deadline)
                try receive()
            }
        }
        return replies
    }

    private func append(_ command: [[UInt8]]) throws {
        var pointers: [UnsafePointer<CChar>?] = []
        let lengths = command.map(\.count)
        let joined = command.flatMap(\.self)
        let status = joined.withUnsafeBytes { bytes in
            let start = bytes.bindMemory(to: CChar.self).baseAddress
            var offset = 0
            for length in lengths {
                pointers.append(start.map { $0 + offset })
                offset += length
            }
            return redisAppendCommandArgv(context, Int32(command.count), &pointers, lengths)
        }
        guard status == REDIS_OK else { throw Self.failure(context) }
    }

    private func next() throws -> RedisReply? {
        var pointer: UnsafeMutableRawPointer?
        guard redisGetReplyFromReader(context, &pointer) == REDIS_OK else { throw Self.failure(context) }
        guard let pointer else { return nil }
        defer { freeReplyObject(pointer) }
        return RedisReply(pointer.assumingMemoryBound(to: redisReply.self).pointee)
    }

    private func receive() throws {
        guard redisBufferRead(context) == REDIS_OK else { throw Self.failure(context) }
    }

    private func isReady(for events: Int32) throws -> Bool {
        var descriptor = pollfd(fd: context.pointee.fd, events: Int16(events), revents: 0)
        return poll(&descriptor, 1, 0) > 0 && Int32(descriptor.revents) & events != 0
    }

    private func wait(for events: Int32, until deadline: ContinuousClock.Instant) throws {
        while true {
            let left = deadline - ContinuousClock.now
            guard left > .zero else { throw RedisFailure("no answer in time") }
            var descriptor = pollfd(fd: context.pointee.fd, events: Int16(events), revents: 0)
            let milliseconds = Int32(min(60_000, left / .milliseconds(1)).rounded(.up))
            let count = poll(&descriptor, 1, milliseconds)
            if count > 0 { return }
            guard count == 0 || errno == EINTR else {
                throw RedisFailure("cannot wait: \(String(cString: strerror(errno)))")
            }
        }
    }

    private static func failure(_ context: UnsafeMutablePointer<redisContext>) -> RedisFailure {
        var text = context.pointee.errstr
        return withUnsafeBytes(of: &text) { bytes in
            RedisFailure(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
        }
    }
}
