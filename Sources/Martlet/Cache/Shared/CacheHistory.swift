import Synchronization

/// What has changed of late, as far as one process knows: by it a process tells whether what another has put into the
/// second tier is out of date.
///
/// An entry of the second tier says up to where in the log its load saw everything. It is good if nothing that it is
/// made of has changed behind that place. So nothing that the second tier does or loses can make an answer stale: it
/// only has to give back what was put in.
final class CacheHistory: Sendable {
    /// What may change: a key of a scope, or a tag.
    enum Subject: Hashable, Sendable {
        case key(scope: String, text: String)
        case tag(String)
    }

    /// Subjects that the newer half of the history has room for, of some 100 bytes each.
    ///
    /// Beyond it the older half is forgotten; what was put into the second tier before then is refused.
    static let subjectsMax = 50_000
    /// Own changes of which the log has not yet told; beyond it nothing is taken from the second tier until it has.
    private static let pendingMax = 10_000

    /// A change of this process that is not yet in what was read of the log.
    private struct Pending {
        /// How many looks at the log had begun.
        var looks: UInt64
        /// Whether the log will tell of it.
        var isLogged: Bool
    }

    private struct State {
        /// Which log it is; nil while none is followed.
        var epoch: String?
        var position = CacheLogPosition(major: 0, minor: 0, floor: 0)
        /// All that has changed behind these two is known.
        var floorMin: UInt64 = 0
        var positionMin = CacheLogPosition(major: 0, minor: 0, floor: 0)
        /// Numbers of rows or transactions that were in the log already, by subject.
        var past: [Subject: UInt64] = [:]
        /// Where the log had come to when it told of a subject, and the same of earlier ones.
        var newer: [Subject: CacheLogPosition] = [:]
        var older: [Subject: CacheLogPosition] = [:]
        var newerSince = CacheLogPosition(major: 0, minor: 0, floor: 0)
        var pending: [Subject: Pending] = [:]
        var pendingAll: Pending?
        var looks: UInt64 = 0
    }

    private let state = Mutex(State())
    private let isWanted = Atomic(false)

    /// Whether any cache has a second tier.
    var isUsed: Bool { isWanted.load(ordering: .acquiring) }

    /// Says that a cache has a second tier.
    func use() { isWanted.store(true, ordering: .releasing) }

    /// Which log is followed, and up to where; a load that begins now sees all of that.
    var place: (epoch: String, position: CacheLogPosition)? {
        state.withLock { state in state.epoch.map { ($0, state.position) } }
    }

    // MARK: What this process changes

    /// Notes a change of this process, before any cache is told; nil for everything.
    func note(_ subject: Subject?, isLogged: Bool) {
        guard isUsed else { return }
        state.withLock { state in
            let pending = Pending(looks: state.looks, isLogged: isLogged)
            // Nobody is served from the second tier without a log, and nothing is kept of what comes meanwhile.
            guard let subject, state.epoch != nil, state.pending.count < Self.pendingMax else {
                return Self.join(&state.pendingAll, pending)
            }
            Self.join(&state.pending[subject], pending)
        }
    }

    private static func join(_ old: inout Pending?, _ new: Pending) {
        old = Pending(looks: new.looks, isLogged: new.isLogged && old?.isLogged != false)
    }

    // MARK: What the log says

    /// Says that the log is about to be read; returns which look it is.
    func beginLook() -> UInt64 {
        state.withLock { state in
            state.looks += 1
            return state.looks
        }
    }

    /// Begins to follow a log.
    func begin(_ start: CacheLog.Start, look: UInt64) {
        guard let position = CacheLogPosition(start.cursor) else { return }
        state.withLock { state in
            let (pendingAll, looks) = (state.pendingAll, state.looks)
            state = State()
            (state.epoch, state.position, state.newerSince) = (start.epoch, position, position)
            (state.pendingAll, state.looks) = (pendingAll, looks)
            state.floorMin = start.floor
            if start.floor == .max { (state.floorMin, state.positionMin) = (0, position) }
            for (change, number) in start.changes {
                guard let subject = Subject(change) else {
                    state.floorMin = max(state.floorMin, number + 1)
                    continue
                }
                state.past[subject] = max(state.past[subject] ?? 0, number)
            }
            Self.settle(&state, look: look)
        }
    }

    /// Goes on to where a look at the log has come, before any cache is told what it found.
    func advance(_ changes: [CacheInvalidation], to cursor: CacheLog.Cursor, look: UInt64) {
        guard let position = CacheLogPosition(cursor) else { return end() }
        state.withLock { state in
            guard state.epoch != nil else { return }
            state.position = position
            guard isUsed else { return state.positionMin = position }
            for change in changes { Self.enter(Subject(change), position, in: &state) }
            Self.settle(&state, look: look)
        }
    }

    /// Follows no log any more.
    func end() {
        state.withLock { state in
            // Changes that the next log to be followed will not tell of must not be forgotten.
            let isUnlogged = state.pendingAll?.isLogged == false || state.pending.values.contains { !$0.isLogged }
            state.epoch = nil
            state.pendingAll = isUnlogged ? Pending(looks: state.looks, isLogged: false) : state.pendingAll
            (state.past, state.newer, state.older, state.pending) = ([:], [:], [:], [:])
        }
    }

    private static func enter(_ subject: Subject?, _ position: CacheLogPosition, in state: inout State) {
        guard let subject else {
            state.positionMin = max(state.positionMin, position)
            return
        }
        state.newer[subject] = max(state.newer[subject] ?? position, position)
        guard state.newer.count > subjectsMax else { return }
        // What is forgotten lies at or before the place where the newer half began.
        state.positionMin = max(state.positionMin, state.newerSince)
        (state.older, state.newer, state.past) = (state.newer, [:], [:])
        state.newerSince = max(state.newerSince, position.successor)
    }

    /// Own changes that were there when the look began are in what it found, or will never be.
    private static func settle(_ state: inout State, look: UInt64) {
        let behind = state.position.successor
        for (subject, pending) in state.pending where pending.looks < look {
            state.pending[subject] = nil
            if !pending.isLogged { enter(subject, behind, in: &state) }
        }
        guard let pending = state.pendingAll, pending.looks < look else { return }
        state.pendingAll = nil
        if !pending.isLogged { enter(nil, behind, in: &state) }
    }

    // MARK: What is good

    /// Whether what was loaded at a place in the log is as new as all changes say it has to be.
    func accepts(_ position: CacheLogPosition, of subjects: [Subject], epoch: String) -> Bool {
        state.withLock { state in
            guard state.epoch == epoch, state.pendingAll == nil else { return false }
            guard position.floor >= state.floorMin, position >= state.positionMin else { return false }
            return subjects.allSatisfy { subject in
                state.pending[subject] == nil
                    && state.newer[subject].map { $0 <= position } ?? true
                    && state.older[subject].map { $0 <= position } ?? true
                    && state.past[subject].map { $0 < position.floor } ?? true
            }
        }
    }
}

extension CacheHistory.Subject {
    /// Nil for everything.
    init?(_ change: CacheInvalidation) {
        switch change {
        case .key(let scope, let key): self = .key(scope: scope, text: key)
        case .tag(let tag): self = .tag(tag.text)
        case .everything: return nil
        }
    }
}
