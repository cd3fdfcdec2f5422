import Synchronization

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
    typealias Waiter = LoadWaiter<Value>
    typealias Table = LoadTable<Key, Value, Waiter>

    /// What a batch may hold where nothing else is said.
    ///
    /// An array of so many keys travels in a few kilobytes; more of them in one statement gain nothing per key.
    public static var batchMaxDefault: Int { 1_000 }

    private struct State {
        var table = Table()
        var tasks: [Int: Task<Void, Never>] = [:]
        var waitersMade = 0
        var isDispatchUnderWay = false

        mutating func nextWaiter() -> Int {
            waitersMade += 1
            return waitersMade
        }

        /// Says whether a dispatch must be started for what has been asked.
        mutating func beginDispatch() -> Bool {
            guard !isDispatchUnderWay, table.hasAsked else { return false }
            isDispatchUnderWay = true
            return true
        }
    }

    private let scope: LoaderScope
    private let batchMax: Int
    private let fetch: @Sendable ([Key]) async throws -> LoadAnswers<Key, Value>
    private let state = Mutex(State())

    /// Makes a loader whose batches fail as a whole; keys that are not in the answer have no value.
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
    public static func withResults(
        in scope: LoaderScope,
        batchMax: Int = Loader.batchMaxDefault,
        _ batch: @escaping @Sendable ([Key]) async throws -> [Key: Result<Value, any Error>]
    ) -> Loader {
        Loader(in: scope, batchMax: batchMax, answers: { keys in .results(try await batch(keys)) })
    }

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
    public func load(_ key: Key) async throws -> Value? {
        let (known, id) = state.withLock { ($0.table.known(key), $0.nextWaiter()) }
        if let known { return known }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                ask([key], id) { _ in .single(continuation) }
            }
        } onCancel: {
            withdraw([key], id)
        }
    }

    /// Returns the values of keys in their order, nil for each that has none.
    ///
    /// An empty list asks nothing. The first error of any key is thrown when all are answered.
    public func load(_ keys: [Key]) async throws -> [Value?] {
        guard !keys.isEmpty else { return [] }
        let (values, missing, id) = state.withLock { state in
            let known = keys.map { state.table.known($0) }
            let missing = known.indices.filter { known[$0] == nil }
            return (known.map { $0 ?? nil }, missing, state.nextWaiter())
        }
        guard !missing.isEmpty else { return values }
        let gathering = LoadGathering(values, missing: missing.count)
        let wanted = missing.map { keys[$0] }
        return try await withTaskCancellationHandler {
            ask(wanted, id) { .part(gathering, position: missing[$0]) }
            return try await gathering.values()
        } onCancel: {
            withdraw(wanted, id)
        }
    }

    /// Makes a value known that was read or written in another way; nil that there is none.
    public func remember(_ value: Value?, for key: Key) {
        let answered = state.withLock { $0.table.remember(value, for: key) }
        for (waiter, result) in answered { waiter.resume(with: result) }
    }

    /// Forgets a key, as after a write: a load that begins after this call reads again.
    public func forget(_ key: Key) {
        state.withLock { $0.table.forget(key) }
    }

    /// Forgets all keys.
    public func forgetAll() {
        state.withLock { $0.table.forgetAll() }
    }

    // MARK: Asking

    /// Adds a waiter for each key that has not become known meanwhile.
    private func ask(_ keys: [Key], _ id: Int, _ waiter: (Int) -> Waiter) {
        var answered: [(Waiter, Result<Value?, any Error>)] = []
        let mustDispatch = state.withLock { state in
            for (position, key) in keys.enumerated() {
                if let known = state.table.known(key) {
                    answered.append((waiter(position), .success(known)))
                } else {
                    state.table.ask(key, waiter(position), id: id)
                }
            }
            return state.beginDispatch()
        }
        for (waiter, result) in answered { waiter.resume(with: result) }
        if mustDispatch, scope.spawn({ await self.dispatch() }) == nil { refuseAll() }
        // Whoever was cancelled before its waiter was there has found nothing to withdraw.
        if Task.isCancelled { withdraw(keys, id) }
    }

    private func withdraw(_ keys: [Key], _ id: Int) {
        var withdrawn: [Waiter] = []
        var abandoned: [Task<Void, Never>] = []
        state.withLock { state in
            for key in keys {
                // A list may hold a key several times.
                while case (let waiter?, let batch) = state.table.withdraw(key, id: id) {
                    withdrawn.append(waiter)
                    if let batch, let task = state.tasks.removeValue(forKey: batch) { abandoned.append(task) }
                }
            }
        }
        for waiter in withdrawn { waiter.resume(with: .failure(CancellationError())) }
        for task in abandoned { task.cancel() }
    }

    /// The scope has ended: nobody would answer.
    private func refuseAll() {
        let batches = state.withLock { state in
            state.isDispatchUnderWay = false
            return state.table.takeBatches(max: batchMax)
        }
        for batch in batches { finish(batch, .failure(CancellationError())) }
    }

    // MARK: Batches

    private func dispatch() async {
        await scope.executor.idle()
        let batches = state.withLock { state in
            state.isDispatchUnderWay = false
            return state.table.takeBatches(max: batchMax)
        }
        for batch in batches {
            guard let task = scope.spawn({ await self.run(batch) }) else {
                finish(batch, .failure(CancellationError()))
                continue
            }
            let isAbandoned = state.withLock { state in
                if state.table.isRunning(batch.id) { state.tasks[batch.id] = task }
                return !state.table.isRunning(batch.id)
            }
            if isAbandoned { task.cancel() }
        }
    }

    private func run(_ batch: Table.Batch) async {
        do {
            finish(batch, .success(try await fetch(batch.keys)))
        } catch {
            finish(batch, .failure(error))
        }
    }

    private func finish(_ batch: Table.Batch, _ answers: Result<LoadAnswers<Key, Value>, any Error>) {
        let answered = state.withLock { state in
            state.tasks[batch.id] = nil
            return state.table.finish(batch.id) { key in answers.flatMap { $0.result(for: key) } }
        }
        for (waiter, result) in answered { waiter.resume(with: result) }
    }
}
