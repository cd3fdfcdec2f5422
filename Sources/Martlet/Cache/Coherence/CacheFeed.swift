public import MartletCore
import Synchronization

/// Keeps caches of several processes, or engines, in step with one database.
///
///     try await CacheFeed.install(on: connection)
///     let feed = CacheFeed(engine: engine)
///     feed.attach(users, scope: "users")
///     Task { await feed.run() }
///     try await feed.write(on: connection) { connection, changes in
///         try await connection.run("UPDATE users SET name = \(name) WHERE id = \(id)")
///         changes.insert(.key(id, in: "users"))
///     }
///
/// A change is entered in a table in the transaction that makes it, so one does not come without the other. Each
/// process looks at the table every few milliseconds; nothing is sent within the writing transaction.
///
/// What holds: when `write` has returned, nobody in this process is served what was before. Other processes are served
/// it for `stalenessMax` after the commit at most, and for about `pollInterval` while the database answers. While the
/// log cannot be read, nothing is served from the attached caches; when it can be read again, they begin empty.
/// This asks of loads that they read the server that is written to, not a replica that lags behind.
public final class CacheFeed: Sendable {
    private struct State {
        var members: [CacheFeedMember] = []
        var isFollowing = false
        var failure: (any Error)?
    }

    /// What it was made with.
    public let options: CacheFeedOptions
    private let engine: any Engine
    private let clock: any Clock<Duration>
    private let onEvent: (@Sendable (CacheFeedEvent) -> Void)?
    private let state = Mutex(State())
    private let history = CacheHistory()

    /// A feed that follows the log of a database once it is run.
    ///
    /// It holds one connection of the engine. Behind a pooler that changes servers under a session it must not run.
    ///
    /// - Parameters:
    ///   - engine: where the log is.
    ///   - options: how closely the log is followed.
    ///   - clock: what the staleness is measured by.
    ///   - onEvent: called when the log is followed, and when it no longer can be; it must not block.
    public init(
        engine: any Engine,
        options: CacheFeedOptions = CacheFeedOptions(),
        clock: any Clock<Duration> = ContinuousClock(),
        onEvent: (@Sendable (CacheFeedEvent) -> Void)? = nil
    ) {
        precondition(options.stalenessMax > options.pollInterval, "a look at the log must fit into stalenessMax")
        precondition(options.retention > options.stalenessMax * 2, "changes must stay until all have seen them")
        self.options = options
        self.engine = engine
        self.clock = clock
        self.onEvent = onEvent
    }

    /// Why the log could not be read when that was last tried; nil while it is followed, and before the first try.
    public var failure: (any Error)? { state.withLock(\.failure) }

    /// Makes the log's table, `martlet_cache_log`, if there is none.
    public static func install(on connection: any Connection) async throws {
        try await connection.runScript(CacheLog(dialect: connection.dialect).installation)
    }

    /// Lets a cache follow the log; from now on it serves only what the log vouches for.
    ///
    /// - Parameters:
    ///   - cache: it is emptied.
    ///   - scope: what the cache's keys are entered under.
    ///   - key: reads a key from the text it is entered as; nil if it is none, which empties the cache.
    public func attach<Key, Value>(
        _ cache: Cache<Key, Value>,
        scope: String,
        key: @escaping @Sendable (String) -> Key?
    ) {
        let member = CacheFeedMember(
            mark: { cache.mark },
            apply: { cache.apply($0, scope: scope, key: key) },
            serve: { cache.servedUntil.store($0, ordering: .releasing) },
            bypass: {
                cache.servedUntil.store(.min, ordering: .releasing)
                cache.dropAll()
            }
        )
        member.bypass()
        state.withLock { $0.members.append(member) }
    }

    /// Lets a cache follow the log, with a second tier behind it that several processes share.
    ///
    /// What is not in the cache is looked for in the second tier before it is loaded, and put there when it was. By the
    /// log each process tells whether what it finds there is out of date, so the second tier is trusted with nothing.
    /// While the log cannot be read, or the store does not answer, all is as if there were no second tier.
    ///
    /// - Parameters:
    ///   - cache: it is emptied; its keys are entered as their descriptions, which no two keys may share.
    ///   - scope: what the cache's keys are entered under, the same in all processes.
    ///   - tier: where to share, and in which form.
    public func attach<Key: LosslessStringConvertible, Value>(
        _ cache: Cache<Key, Value>,
        scope: String,
        sharing tier: SharedCacheTier<Value>
    ) {
        history.use()
        cache.share(
            through: CacheSharing(
                tier,
                history: history,
                scope: scope,
                options: cache.options,
                text: { $0.description },
                isServing: { [weak cache] in cache?.isServing ?? false }
            )
        )
        attach(cache, scope: scope)
    }

    /// Lets a cache follow the log whose keys are entered as their descriptions.
    public func attach<Key: LosslessStringConvertible, Value>(_ cache: Cache<Key, Value>, scope: String) {
        attach(cache, scope: scope) { Key($0) }
    }

    /// Changes something in a transaction, and invalidates it here and, through the log, elsewhere.
    ///
    /// What the body inserts in `changes` is invalidated in this process at once and again when the transaction has
    /// ended, however it did. The log costs no round trip of its own: it goes with the COMMIT.
    public func write<Success: Sendable>(
        on connection: any Connection,
        _ body: (any Connection, CacheChanges) async throws -> Success
    ) async throws -> Success {
        let changes = CacheChanges { self.apply([$0]) }
        // Whether a commit that failed took place is not always known: what was to change is invalidated anyway.
        defer { apply(changes.all) }
        let log = CacheLog(dialect: connection.dialect)
        try await connection.run(log.dialect == .sqlite ? "BEGIN IMMEDIATE" : "BEGIN")
        do {
            let success = try await body(connection, changes)
            try await connection.runPipelined(log.recording(changes.all) + ["COMMIT"])
            return success
        } catch {
            await connection.rollBackShielded()
            throw error
        }
    }

    /// Invalidates in the caches of this process, without the log.
    public func apply(_ changes: some Sequence<CacheInvalidation>) {
        let members = state.withLock(\.members)
        for change in changes {
            history.note(CacheHistory.Subject(change), isLogged: true)
            for member in members { member.apply(change) }
        }
    }

    /// Follows the log until the task is cancelled; then the attached caches are empty and serve nothing.
    ///
    /// While the log cannot be read it tries again every `reconnectDelay`; `onEvent` and `failure` tell why.
    public func run() async {
        while !Task.isCancelled {
            do {
                try await engine.withConnection(.readWrite, follow)
            } catch {
                if !Task.isCancelled { note(error) }
            }
            history.end()
            for member in state.withLock(\.members) { member.bypass() }
            try? await clock.sleep(for: options.reconnectDelay)
        }
        state.withLock { $0.isFollowing = false }
    }

    /// Keeps how the last look at the log ended, and tells it when it is news.
    private func note(_ failure: (any Error)?) {
        let isNews = state.withLock { state in
            defer { (state.isFollowing, state.failure) = (failure == nil, failure) }
            guard let failure else { return !state.isFollowing }
            return state.failure.map { "\($0)" } != "\(failure)"
        }
        guard isNews else { return }
        onEvent?(failure.map(CacheFeedEvent.interrupted) ?? .following)
    }

    private func follow(_ connection: any Connection) async throws {
        let log = CacheLog(dialect: connection.dialect)
        let uptime = Stopwatch(clock)
        var members = state.withLock(\.members)
        var marks = members.map { $0.mark() }
        let first = history.beginLook()
        let start = try await log.start(withHistory: history.isUsed, on: connection)
        var cursor = start.cursor
        // Whatever is loaded from here on sees what the cursor saw.
        for member in members { member.bypass() }
        history.begin(start, look: first)
        serve(members, since: marks)
        note(nil)
        var readAt = uptime.elapsed
        var pruning = (cursor: cursor, takenAt: readAt)
        while true {
            try await clock.sleep(for: options.pollInterval)
            let known = members.count
            members = state.withLock(\.members)
            // Nobody has told a newcomer what the look before found, which may have been on its way when it was
            // attached. Whatever it loads from here on sees that, and it is told of all that is found from now on.
            for member in members.dropFirst(known) { member.bypass() }
            let lookedAt = uptime.elapsed
            marks = members.map { $0.mark() }
            let look = history.beginLook()
            let read = try await log.changes(since: cursor, on: connection, timeout: options.stalenessMax)
            // Others remove rows that are older than the retention: whoever was away for long may have missed some.
            guard uptime.elapsed - readAt < options.retention / 2 else { throw CacheLog.Gap.removed }
            (cursor, readAt) = (read.cursor, lookedAt)
            history.advance(read.changes, to: cursor, look: look)
            for change in read.changes {
                for member in members { member.apply(change) }
            }
            serve(members, since: marks)
            if readAt - pruning.takenAt > options.retention {
                try await log.prune(before: pruning.cursor, on: connection)
                pruning = (cursor, readAt)
            }
        }
    }

    private func serve(_ members: [CacheFeedMember], since marks: [Int64]) {
        for (member, mark) in zip(members, marks) {
            member.serve(mark.addingSaturated(options.stalenessMax.nanoseconds))
        }
    }
}

extension Cache {
    /// Removes what an entry of the log says has changed.
    func apply(_ change: CacheInvalidation, scope: String, key: (String) -> Key?) {
        switch change {
        case .key(scope, let text):
            if let key = key(text) { drop(key) } else { dropAll() }
        case .key: break
        case .tag(let tag): drop(tag: tag)
        case .everything: dropAll()
        }
    }
}
