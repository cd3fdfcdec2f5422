public import Martlet
import Synchronization

/// A second tier for caches in a Redis, which several processes share.
///
///     let redis = RedisStore(RedisOptions(.host("cache.internal")))
///     feed.attach(users, scope: "users", sharing: SharedCacheTier(redis, coding: .json))
///
/// One thread speaks with the server over one connection, and sends together what waits. A server that does not answer
/// within a deadline is left alone for a while, in which every call is answered at once with "unavailable": no read
/// fails or waits because of it. Needs Redis 5 or later, with scripts allowed.
public final class RedisStore: SharedCacheStore {
    private static let scripts = [RedisScript.read, RedisScript.write, RedisScript.end]
    private let worker: RedisWorker

    /// Starts a thread that connects, and connects again whenever the connection is lost.
    ///
    /// Returns at once; until it is connected there is no second tier.
    public init(_ options: RedisOptions) {
        worker = RedisWorker(options, scripts: Self.scripts)
        worker.start()
    }

    deinit { worker.abandon() }

    /// What it has done.
    public var metrics: RedisMetrics { worker.metrics }

    /// Ends the connection and the thread; from then on there is no second tier.
    public func shutdown() async { await worker.close() }

    /// Looks for a record; see the protocol.
    ///
    /// One round trip.
    public func read(
        _ name: String,
        after stamp: String,
        bytesMax: Int,
        lease: SharedCacheLease?
    ) async -> SharedCacheAnswer {
        let words = [
            "2", Self.recordName(name), Self.leaseName(name), stamp, lease.map { "\($0.holder)" } ?? "",
            "\(lease.map { Self.milliseconds($0.duration) } ?? 0)", "\(bytesMax)",
        ]
        let worker = worker
        let reply = await withCheckedContinuation { continuation in
            worker.post(.init(script: 0, words: words.map { Array($0.utf8) }) { continuation.resume(returning: $0) })
        }
        switch reply {
        case .list(let parts):
            guard parts.count == 2, case .bytes(let record) = parts[0], case .integer(let left) = parts[1], left > 0
            else { return .none(isLeased: false) }
            return .record(record, timeLeft: .milliseconds(left))
        case .integer(let granted): return .none(isLeased: granted == 1)
        default: return .unavailable
        }
    }

    /// Keeps a record; see the protocol.
    ///
    /// Returns at once.
    public func write(
        _ record: [UInt8],
        stamp: String,
        under name: String,
        timeToLive: Duration,
        lease: SharedCacheLease?
    ) {
        let words =
            ["2", Self.recordName(name), Self.leaseName(name), stamp].map { Array($0.utf8) } + [record]
            + ["\(Self.milliseconds(timeToLive))", lease.map { "\($0.holder)" } ?? ""].map { Array($0.utf8) }
        worker.post(.init(script: 1, words: words) { _ in })
    }

    /// Ends a lease; see the protocol.
    ///
    /// Returns at once.
    public func end(_ lease: SharedCacheLease, of name: String) {
        let words = ["1", Self.leaseName(name), "\(lease.holder)"].map { Array($0.utf8) }
        worker.post(.init(script: 2, words: words) { _ in })
    }

    // The kind comes first: behind the name, the lease of one key could be the record of another.
    private static func recordName(_ name: String) -> String { "record:" + name }
    private static func leaseName(_ name: String) -> String { "lease:" + name }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        max(1, Int64(min(duration, CacheOptions.durationMax) / .milliseconds(1)))
    }
}
