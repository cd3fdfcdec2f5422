import Synchronization

/// Runs a body as one unit of work within which loaders gather what is asked for, such as a request.
///
///     try await withLoaderScope { scope in
///         let users = Loader<Int, User>(in: scope) { ids in … }
///         async let author = users.load(message.authorID)
///         async let reader = users.load(readerID)
///         return try await (author, reader)      // one batch
///     }
///
/// The body and its child tasks take turns on one executor of the scope, which uses the threads of `base` (the default
/// ones if nil): they never run at the same time, while those of other scopes do. When each of them waits for
/// something, the loaders dispatch. Work for the processor that should use several cores belongs into a detached task.
///
/// When the body has ended, batches that nobody waits for any more are cancelled, and the call returns when they have
/// ended. Two changes of executor; no round trip.
public func withLoaderScope<Success: Sendable, Failure: Error>(
    on base: (any TaskExecutor)? = nil,
    _ body: (LoaderScope) async throws(Failure) -> Success
) async throws(Failure) -> Success {
    let scope = LoaderScope(on: base)
    return try await withTaskExecutorPreference(scope.executor) { () async throws(Failure) -> Success in
        do throws(Failure) {
            await scope.executor.enter()
            let success = try await body(scope)
            await scope.end()
            return success
        } catch {
            await scope.end()
            throw error
        }
    }
}

/// One unit of work whose loaders share their turns; `withLoaderScope` makes it.
public final class LoaderScope: Sendable {
    private struct State {
        var tasks: [Int: Task<Void, Never>] = [:]
        var tasksBegun = 0
        var hasEnded = false
    }

    @usableFromInline let executor: ScopeExecutor
    private let state = Mutex(State())

    fileprivate init(on base: (any TaskExecutor)?) {
        executor = ScopeExecutor(on: base)
    }

    /// Runs work that the end of the scope cancels and waits for; it has the task-local values of the caller.
    ///
    /// nil when the scope has ended.
    @usableFromInline
    func spawn(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never>? {
        state.withLock { state in
            guard !state.hasEnded else { return nil }
            let number = state.tasksBegun
            state.tasksBegun += 1
            let task = Task(executorPreference: executor) {
                await work()
                self.forget(number)
            }
            state.tasks[number] = task
            return task
        }
    }

    private func forget(_ number: Int) {
        state.withLock { _ = $0.tasks.removeValue(forKey: number) }
    }

    fileprivate func end() async {
        let tasks = state.withLock { state in
            state.hasEnded = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}
