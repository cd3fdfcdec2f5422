package import MartletCore

/// Puts a database under the load of several operations and measures how it answers.
package struct LoadRunner: Sendable {
    /// What is told of a load that goes on.
    package struct Progress: Sendable {
        package var elapsed: Duration
        package var completed: Int
        package var failures: Int
        package var isWarmUp: Bool
        /// What 95 % of the answers so far did not exceed.
        package var p95: Duration
    }

    private let operations: [LoadOperation]
    private let settings: LoadSettings
    private let clock: LoadClock

    package init(_ operations: [LoadOperation], settings: LoadSettings, clock: LoadClock = .system) {
        precondition(!operations.isEmpty, "a load needs an operation")
        self.operations = operations
        self.settings = settings
        self.clock = clock
    }

    /// Runs the load, and returns what was measured also when its task is cancelled.
    ///
    /// The n-th client, and the connection that it keeps, are served by executor n modulo their number, as
    /// `PostgresEngine` deals them out; without executors workers run on the common pool. Throws a `LoadFailure` for an
    /// operation that cannot work.
    package func run(
        on engine: any Engine,
        access: Access,
        executors: [any TaskExecutor] = [],
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws -> LoadResult {
        guard !settings.borrows else {
            let clients = (0..<settings.connections).map { _ in LoadClient.borrowing(engine, access) }
            return try await run(clients, executors, progress)
        }
        return try await engine.withConnections(settings.connections, access) { connections in
            try await run(connections.map(LoadClient.keeping), executors, progress)
        }
    }

    private func run(
        _ clients: [LoadClient],
        _ executors: [any TaskExecutor],
        _ progress: @escaping @Sendable (Progress) -> Void
    ) async throws -> LoadResult {
        var seeds = SplitMix64(seed: settings.seed)
        if settings.warmUp > .zero {
            var warmUp = settings
            warmUp.length = .duration(settings.warmUp)
            _ = try await LoadPhase(operations, warmUp, clock, seed: seeds.next())
                .run(clients, executors, isWarmUp: true, progress)
        }
        return try await LoadPhase(operations, settings, clock, seed: seeds.next())
            .run(clients, executors, isWarmUp: false, progress)
    }
}
