internal import MartletCore
internal import Synchronization

/// The pool without its owner: what is under way keeps it, and the owner's end shuts it down.
///
/// So a timer may hold it, which ends with the shutdown.
final class PoolCore: Sendable {
    let configuration: PoolConfiguration
    let engine: any Engine
    let access: Access
    let clock: PoolClock
    let onEvent: (@Sendable (PoolEvent) -> Void)?
    let state: Mutex<PoolState>

    init(
        _ engine: any Engine,
        _ configuration: PoolConfiguration,
        access: Access,
        clock: PoolClock,
        onEvent: (@Sendable (PoolEvent) -> Void)?
    ) {
        self.engine = engine
        self.configuration = configuration
        self.access = access
        self.clock = clock
        self.onEvent = onEvent
        state = Mutex(PoolState(configuration))
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
