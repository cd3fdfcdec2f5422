import MartletCore
import Synchronization

/// One cache's way to its second tier.
final class CacheSharing<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    typealias Load = @Sendable () async throws -> CacheLoad<Value>

    /// Redis takes longer keys; what has longer ones is better loaded than carried about.
    private static var keyBytesMax: Int { 1_024 }
    /// How long whoever waits for another process's load sleeps at first; each time longer by half.
    private static var pauseMin: Duration { .milliseconds(2) }
    private static var pauseMax: Duration { .milliseconds(20) }
    /// Redis counts milliseconds, and what is gone by the time that it is read is not worth a round trip.
    private static var timeToLiveMin: Duration { .milliseconds(5) }

    private enum TierAnswer {
        case record(CacheLoad<Value>)
        /// Nothing that will do; whether others are kept from loading, and the stamp of what will not do.
        case none(isLeased: Bool, stamp: String)
        case unavailable
    }

    let tier: SharedCacheTier<Value>
    let history: CacheHistory
    private let scope: String
    private let options: CacheOptions
    private let text: @Sendable (Key) -> String
    /// Whether what is found in the second tier may be served now.
    private let isServing: @Sendable () -> Bool
    let hits = Atomic(0)
    let refusals = Atomic(0)
    let failures = Atomic(0)

    init(
        _ tier: SharedCacheTier<Value>,
        history: CacheHistory,
        scope: String,
        options: CacheOptions,
        text: @escaping @Sendable (Key) -> String,
        isServing: @escaping @Sendable () -> Bool
    ) {
        (self.tier, self.history, self.scope, self.options) = (tier, history, scope, options)
        (self.text, self.isServing) = (text, isServing)
    }

    /// What must not have changed for a key's answer to be good.
    func subject(_ key: Key) -> CacheHistory.Subject { .key(scope: scope, text: text(key)) }

    /// What the second tier has for a key, or what a load finds, which is then put there.
    ///
    /// A refresh is for a newer value than there is, so it does not ask.
    func value(of key: Key, isRefresh: Bool, _ load: Load) async throws -> CacheLoad<Value> {
        let text = text(key)
        guard text.utf8.count <= Self.keyBytesMax, let epoch = history.place?.epoch else { return try await load() }
        // Lengths before texts: no scope and key run into those of another.
        let name = "\(tier.namespace):\(epoch):\(scope.utf8.count):\(scope):\(text)"
        var lease: SharedCacheLease?
        if !isRefresh {
            let asking = SharedCacheLease(holder: .random(in: 0...UInt64.max), duration: tier.leaseDuration)
            switch try await find(name, text, epoch, asking) {
            case .record(let found): return found
            case .none(let isLeased, _): lease = isLeased ? asking : nil
            case .unavailable: failures.add(1, ordering: .relaxed)
            }
        }
        // Before the load begins: what was committed up to here it sees.
        let place = history.place
        let start = ContinuousClock.now
        do {
            let found = try await load()
            let isPut = put(found, at: place, since: start, name: name, text: text, epoch: epoch, lease: lease)
            if !isPut, let lease { tier.store.end(lease, of: name) }
            return found
        } catch {
            if let lease { tier.store.end(lease, of: name) }
            throw error
        }
    }

    /// Asks until there is a record that will do, or the right to load it, or no time left.
    private func find(
        _ name: String,
        _ text: String,
        _ epoch: String,
        _ lease: SharedCacheLease
    ) async throws -> TierAnswer {
        let end = ContinuousClock.now + lease.duration
        var stamp = ""
        var pause = Self.pauseMin
        while true {
            let answer = await look(for: name, text, epoch, after: stamp, lease)
            if case .none(false, let refused) = answer {
                let isRefused = refused != stamp
                stamp = refused
                // What will not do is asked for again at once, with the wish to load it.
                if isRefused { continue }
                guard ContinuousClock.now < end else { return answer }
                try await Task.sleep(for: pause)
                pause = min(pause * 3 / 2, Self.pauseMax)
                continue
            }
            return answer
        }
    }

    private func look(
        for name: String,
        _ text: String,
        _ epoch: String,
        after stamp: String,
        _ lease: SharedCacheLease
    ) async -> TierAnswer {
        switch await tier.store.read(name, after: stamp, bytesMax: recordBytesMax, lease: lease) {
        case .unavailable: return .unavailable
        case .none(let isLeased): return .none(isLeased: isLeased, stamp: stamp)
        case .record(let bytes, let timeLeft):
            guard let record = SharedCacheRecord(bytes) else { return .unavailable }
            guard let found = accepted(record, text, epoch, timeLeft: timeLeft) else {
                refusals.add(1, ordering: .relaxed)
                return .none(isLeased: false, stamp: max(stamp, record.position.stamp))
            }
            hits.add(1, ordering: .relaxed)
            return .record(found)
        }
    }

    /// The record as a load would have found it; nil if it is out of date, or too old, or not understood.
    private func accepted(
        _ record: SharedCacheRecord,
        _ text: String,
        _ epoch: String,
        timeLeft: Duration
    ) -> CacheLoad<Value>? {
        let age = max(.zero, record.timeToLive - timeLeft)
        guard age < (record.value == nil ? options.timeToLiveAbsent : options.timeToLive) else { return nil }
        let subjects = [.key(scope: scope, text: text)] + record.tags.map { CacheHistory.Subject.tag($0) }
        // In this order: what vouches for the answer was so when the history was looked at, or later.
        guard history.accepts(record.position, of: subjects, epoch: epoch), isServing() else { return nil }
        guard let value = try? record.value.map(tier.coding.decode) else {
            return record.value == nil ? CacheLoad(nil, tags: record.tags.map { CacheTag($0) }, age: age) : nil
        }
        return CacheLoad(value, tags: record.tags.map { CacheTag($0) }, age: age)
    }

    /// Puts what a load found into the second tier; false if it must not be there.
    private func put(
        _ found: CacheLoad<Value>,
        at place: (epoch: String, position: CacheLogPosition)?,
        since start: ContinuousClock.Instant,
        name: String,
        text: String,
        epoch: String,
        lease: SharedCacheLease?
    ) -> Bool {
        let timeToLive = found.value == nil ? options.timeToLiveAbsent : options.timeToLive
        let timeLeft = timeToLive - (ContinuousClock.now - start)
        let tags = found.tags.map(\.text)
        let subjects = [.key(scope: scope, text: text)] + tags.map { CacheHistory.Subject.tag($0) }
        guard let place, place.epoch == epoch, timeLeft >= Self.timeToLiveMin,
            history.accepts(place.position, of: subjects, epoch: epoch),
            let value = try? found.value.map(tier.coding.encode) ?? []
        else { return false }
        let record = SharedCacheRecord(
            position: place.position,
            timeToLive: timeToLive,
            tags: tags,
            value: found.value == nil ? nil : value
        )
        guard value.count <= tier.valueBytesMax, let bytes = record.bytes, bytes.count <= recordBytesMax else {
            return false
        }
        tier.store.write(bytes, stamp: place.position.stamp, under: name, timeToLive: timeLeft, lease: lease)
        return true
    }

    /// With its tags and the rest a record may take this much more than its value.
    private var recordBytesMax: Int { tier.valueBytesMax + 16 * 1_024 }
}
