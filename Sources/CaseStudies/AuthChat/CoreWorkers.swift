import Dispatch
import Foundation

/// A few threads for work that keeps a core busy, with a bounded line before them.
///
/// Such work must not run on the cooperative pool or an event loop, where every other request would wait for it, nor
/// on more threads than there are cores, where each would only take longer.
package final class CoreWorkers: Sendable {
    /// So much waits already that an answer would come too late: the caller should try again later.
    package struct LineFull: Error, Hashable {}

    private let line: WorkerLine

    /// Takes the number of threads, which start when they are needed, and the most that may wait for one.
    package init(threadsMax: Int = ProcessInfo.processInfo.activeProcessorCount, waitingMax: Int = 1_000) {
        precondition(threadsMax > 0 && waitingMax >= 0, "without a thread nothing would ever be done")
        line = WorkerLine(threadsMax: threadsMax, waitingMax: waitingMax)
    }

    deinit {
        line.close()
    }

    /// Does the work on one of the threads, first come, first served.
    ///
    /// Who is cancelled while waiting leaves the line at once; what has begun is finished, and its result given.
    package func run<Success: Sendable>(_ work: @escaping @Sendable () -> Success) async throws -> Success {
        let id = line.nextID()
        return try await withTaskCancellationHandler { [line] in
            try await withCheckedThrowingContinuation { continuation in
                line.enter(
                    WorkerJob(
                        id: id,
                        work: { continuation.resume(returning: work()) },
                        refuse: { continuation.resume(throwing: $0) }
                    )
                )
            }
        } onCancel: { [line] in
            line.leave(id)
        }
    }

    /// How many wait for a thread.
    package var waiting: Int { line.waiting }

    /// How many pieces of work have begun so far.
    package var begun: Int { line.begun }
}
