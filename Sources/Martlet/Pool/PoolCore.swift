internal import CoreMetrics
internal import MartletCore
internal import Synchronization

/// The pool without its owner: what is under way keeps it, and the owner's end shuts it down.
///
/// So a timer may hold it, and the task that reports, which end with the shutdown.
final class PoolCore: Sendable {
    let configuration: PoolConfiguration
    let engine: any Engine
    let access: Access
    let clock: PoolClock
    let onEvent: (@Sendable (PoolEvent) -> Void)?
    /// Nil where nobody asked for figures, which then cost nothing.
    let reporter: PoolReporter?
    let state: Mutex<PoolState>

    init(
        _ engine: any Engine,
        _ configuration: PoolConfiguration,
        access: Access,
        clock: PoolClock,
        factory: (any MetricsFactory)? = nil,
        onEvent: (@Sendable (PoolEvent) -> Void)?
    ) {
        self.engine = engine
        self.configuration = configuration
        self.access = access
        self.clock = clock
        self.onEvent = onEvent
        reporter = factory.map { PoolReporter(pool: configuration.name ?? engine.displayName, to: $0) }
        state = Mutex(PoolState(configuration))
        guard let reporter else { return }
        let task = Task.detached { [self] in
            repeat {
                report(to: reporter)
            } while (try? await clock.sleep(clock.now() + configuration.reportInterval)) != nil
        }
        state.withLock { $0.reporting = task }
    }

    func report(to reporter: PoolReporter) {
        reporter.report(configuration.limits) { state.withLock { $0.snapshot() } }
    }

    /// Which pool it is.
    var id: ObjectIdentifier { ObjectIdentifier(self) }

    /// Refuses whoever comes and closes all, once nobody can borrow any more.
    func abandon() {
        act { $0.machine.shutDown(now: $1, deadline: $1) }
    }

    func shutdown(grace: Duration) async {
        await withCheckedContinuation { continuation in
            let isFinished = state.withLock { state in
                if !state.isFinished { state.shutdownWaiters.append(continuation) }
                return state.isFinished
            }
            if isFinished { return continuation.resume() }
            act { $0.machine.shutDown(now: $1, deadline: $1 + grace) }
        }
    }
}
