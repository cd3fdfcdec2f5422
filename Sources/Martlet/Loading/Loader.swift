public import Synchronization

/// Answers what many tasks ask for one by one with few batches, and each question of a scope only once.
///
///     let users = Loader<Int, User>(in: scope) { ids in
///         try await fetchUsers(ids)               // [Int: User]
///     }
///     let user = try await users.load(7)          // nil if there is none
///
/// Keys are gathered until every ready task of the scope has asked (`withLoaderScope`), and handed over in the order of
/// asking, each once, in ⌈keys / batchMax⌉ batches that run at the same time. A batch runs with the task-local values
/// of the task that asked first. Answers, also that there is none, are kept until the scope ends or `forget`: what is
/// loaded twice is the same. Errors are not kept.
///
/// A cancelled caller gets `CancellationError` at once and harms no other: its key is dropped if nobody else wants it,
/// and a batch is cancelled when all who wait for it are. Below a microsecond for a load, beside the batch.
public final class Loader<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline typealias Table = LoadTable<Key, Value>
    @usableFromInline typealias Slot = LoadSlot<Key, Value>
    @usableFromInline typealias Batch = LoadBatch<Key, Value>

    /// What a batch may hold where nothing else is said.
    ///
    /// An array of so many keys travels in a few kilobytes; more of them in one statement gain nothing per key.
    @inlinable public static var batchMaxDefault: Int { 1_000 }

    @usableFromInline
    struct State {
        @usableFromInline var table = Table()
        @usableFromInline var isDispatchUnderWay = false

        @inlinable
        init() {}

        /// Says whether a dispatch must be started for what has been asked.
        @inlinable
        mutating func beginDispatch() -> Bool {
            guard !isDispatchUnderWay, table.hasAsked else { return false }
            isDispatchUnderWay = true
            return true
        }
    }

    /// What a look at the table says of one key.
    @usableFromInline
    enum Sight {
        case known(Value?)
        case awaited(Slot, LoadCall, mustDispatch: Bool)
    }

    @usableFromInline let scope: LoaderScope
    @usableFromInline let batchMax: Int
    @usableFromInline let fetch: @Sendable ([Key]) async throws -> LoadAnswers<Key, Value>
    @usableFromInline let state = Mutex(State())

    /// Makes a loader whose batches fail as a whole; keys that are not in the answer have no value.
    @inlinable
    public convenience init(
        in scope: LoaderScope,
        batchMax: Int = Loader.batchMaxDefault,
        _ batch: @escaping @Sendable ([Key]) async throws -> [Key: Value]
    ) {
        self.init(in: scope, batchMax: batchMax, answers: { keys in .values(try await batch(keys)) })
    }

    /// Makes a loader whose batches answer each key with a value or an error of its own.
    ///
    /// A factory and no initialiser, as a trailing closure could not tell the two apart.
    @inlinable
    public static func withResults(
        in scope: LoaderScope,
        batchMax: Int = Loader.batchMaxDefault,
        _ batch: @escaping @Sendable ([Key]) async throws -> [Key: Result<Value, any Error>]
    ) -> Loader {
        Loader(in: scope, batchMax: batchMax, answers: { keys in .results(try await batch(keys)) })
    }

    @inlinable
    init(
        in scope: LoaderScope,
        batchMax: Int,
        answers: @escaping @Sendable ([Key]) async throws -> LoadAnswers<Key, Value>
    ) {
        precondition(batchMax > 0, "a batch holds at least one key")
        self.scope = scope
        self.batchMax = batchMax
        fetch = answers
    }

    /// Returns the value of a key, nil if it has none.
    @inlinable
    public func load(_ key: Key) async throws -> Value? {
        let sight = state.withLock { state -> Sight in
            let slot = state.table.slot(for: key)
            if slot.phase == .answered, case .success(let value) = slot.answer { return .known(value) }
            let call = LoadCall()
            state.table.wait(call, for: slot)
            return .awaited(slot, call, mustDispatch: state.beginDispatch())
        }
        switch sight {
        case .known(let value):
            return value
        case .awaited(let slot, let call, let mustDispatch):
            if mustDispatch { startDispatch() }
            await wait(call, [slot])
            return try state.withLock { _ in
                if call.isCancelled { throw CancellationError() }
                return try slot.answer.get()
            }
        }
    }

    /// Returns the values of keys in their order, nil for each that has none.
    ///
    /// An empty list asks nothing. The first error in the order of the keys is thrown when all are answered.
    @inlinable
    public func load(_ keys: [Key]) async throws -> [Value?] {
        let call = LoadCall()
        let (slots, mustDispatch) = state.withLock { state in
            let slots = keys.map { key in
                let slot = state.table.slot(for: key)
                if slot.phase != .answered { state.table.wait(call, for: slot) }
                return slot
            }
            return (slots, state.beginDispatch())
        }
        if mustDispatch { startDispatch() }
        await wait(call, slots)
        return try state.withLock { _ in
            if call.isCancelled { throw CancellationError() }
            return try slots.map { try $0.answer.get() }
        }
    }

    /// Makes a value known that was read or written in another way; nil that there is none.
    @inlinable
    public func remember(_ value: Value?, for key: Key) {
        let ready = state.withLock { $0.table.remember(value, for: key) }
        for continuation in ready { continuation.resume() }
    }

    /// Forgets a key, as after a write: a load that begins after this call reads again.
    @inlinable
    public func forget(_ key: Key) {
        state.withLock { $0.table.forget(key) }
    }

    /// Forgets all keys.
    @inlinable
    public func forgetAll() {
        state.withLock { $0.table.forgetAll() }
    }

    // MARK: Waiting

    @inlinable
    func wait(_ call: LoadCall, _ slots: [Slot]) async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let isOver = state.withLock { _ in
                    if call.isOpen { call.continuation = continuation }
                    return !call.isOpen
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let (continuation, abandoned) = state.withLock { $0.table.cancel(call, of: slots) }
            continuation?.resume()
            for task in abandoned { task.cancel() }
        }
    }

    // MARK: Batches

    @inlinable
    func startDispatch() {
        // A scope that has ended takes no more work, and nobody would answer.
        if scope.spawn({ await self.dispatch() }) == nil { refuse(takeBatches()) }
    }

    @inlinable
    func takeBatches() -> [Batch] {
        state.withLock { state in
            state.isDispatchUnderWay = false
            return state.table.takeBatches(max: batchMax)
        }
    }

    @inlinable
    func refuse(_ batches: [Batch]) {
        for batch in batches { finish(batch, .failure(CancellationError())) }
    }

    @inlinable
    func dispatch() async {
        await scope.executor.idle()
        for batch in takeBatches() {
            guard let task = scope.spawn({ await self.run(batch) }) else {
                refuse([batch])
                continue
            }
            let isAbandoned = state.withLock { _ in
                if !batch.isAbandoned { batch.task = task }
                return batch.isAbandoned
            }
            if isAbandoned { task.cancel() }
        }
    }

    @inlinable
    func run(_ batch: Batch) async {
        do {
            finish(batch, .success(try await fetch(batch.slots.map(\.key))))
        } catch {
            finish(batch, .failure(error))
        }
    }

    @inlinable
    func finish(_ batch: Batch, _ answers: Result<LoadAnswers<Key, Value>, any Error>) {
        let ready = state.withLock { state in
            batch.task = nil
            return state.table.finish(batch) { key in answers.flatMap { $0.result(for: key) } }
        }
        for continuation in ready { continuation.resume() }
    }
}
