public import MartletCore
import Synchronization

/// Keeps what a unit of work did to its database, in memory and bounded.
///
///     let recorder = TraceRecorder()
///     let engine = RecordingEngine(base, recorder: recorder)
///     try await recorder.withTrace("GET /chats") { … }
///
/// Statements that run on a `RecordingEngine` within `withTrace`, in the same task or a child of it, become the
/// `Execution`s of one `Trace`. Bound values are never kept, only digests under a key that is random for each recorder.
/// Cost of an execution: a lock, a look at each cell for its size, and a digest for each of the first
/// `Execution.resultDigestsMax` values returned. No round trip, and nobody is blocked.
public final class TraceRecorder: Sendable {
    /// How much a recorder keeps.
    public struct Limits: Sendable {
        /// Traces that are kept; when one more ends, the oldest goes.
        public var tracesMax: Int
        /// Executions that are kept of one trace; what comes later is only counted.
        public var executionsPerTraceMax: Int

        /// Takes both limits, which must be positive.
        public init(tracesMax: Int = 1_000, executionsPerTraceMax: Int = 10_000) {
            precondition(
                tracesMax > 0 && executionsPerTraceMax > 0,
                "a recorder keeps at least one trace and execution"
            )
            self.tracesMax = tracesMax
            self.executionsPerTraceMax = executionsPerTraceMax
        }
    }

    /// What was not kept, so that nobody takes a part for the whole.
    public struct Omissions: Sendable, Hashable {
        /// Traces that went because newer ones came.
        public var traces = 0
        /// Executions beyond the limit of their trace.
        public var executions = 0
        /// Executions that ran outside any trace.
        public var executionsOutsideTraces = 0

        /// Nothing was left out.
        public init() {}
    }

    private struct State {
        var traces: [Trace] = []
        var omissions = Omissions()
    }

    /// The trace that the current task works in.
    @TaskLocal private static var current: OpenTrace?

    let clock: any Clock<Duration>
    let digester = ValueDigester()
    let fingerprints = TextMemo<Fingerprint>(entriesMax: 4_096)
    private let limits: Limits
    private let state = Mutex(State())

    /// Makes an empty recorder that takes its times from a clock.
    public init(limits: Limits = Limits(), clock: any Clock<Duration> = ContinuousClock()) {
        self.limits = limits
        self.clock = clock
    }

    /// The traces that are kept, in the order of their ends.
    public var traces: [Trace] {
        state.withLock { $0.traces }
    }

    /// The traces as a workload, for the rules to look at.
    public var workload: Workload {
        Workload(traces: traces)
    }

    /// What was not kept.
    public var omissions: Omissions {
        state.withLock { $0.omissions }
    }

    /// Forgets all traces and omissions; traces that are open go on.
    public func removeAll() {
        state.withLock { $0 = State() }
    }

    /// Runs a body as one unit of work and keeps its trace, also when it throws.
    ///
    /// Within another trace of any recorder the inner one takes the executions alone.
    @discardableResult
    public func withTrace<Success, Failure: Error>(
        _ name: String,
        _ body: () async throws(Failure) -> Success
    ) async throws(Failure) -> Success {
        let open = OpenTrace(name: name, recorder: self, executionsMax: limits.executionsPerTraceMax)
        defer { keep(open.close()) }
        return try await Self.$current.withValueTyped(open, body)
    }

    /// Runs a body as one unit of work and returns its trace beside its result; the trace is kept as well.
    public func trace<Success, Failure: Error>(
        _ name: String,
        _ body: () async throws(Failure) -> Success
    ) async throws(Failure) -> (Success, Trace) {
        let open = OpenTrace(name: name, recorder: self, executionsMax: limits.executionsPerTraceMax)
        do throws(Failure) {
            let success = try await Self.$current.withValueTyped(open, body)
            let closed = open.close()
            keep(closed)
            return (success, closed.trace)
        } catch {
            keep(open.close())
            throw error
        }
    }

    /// The open trace of this task, if it is one of this recorder; otherwise the execution is only counted.
    func openTrace(countingOutside count: Int) -> OpenTrace? {
        if let current = Self.current, current.recorder === self { return current }
        state.withLock { $0.omissions.executionsOutsideTraces += count }
        return nil
    }

    private func keep(_ closed: (trace: Trace, omitted: Int)) {
        state.withLock { state in
            state.omissions.executions += closed.omitted
            if state.traces.count == limits.tracesMax {
                state.traces.removeFirst()
                state.omissions.traces += 1
            }
            state.traces.append(closed.trace)
        }
    }
}

extension TaskLocal {
    /// `withValue` with the failure's type kept, which the standard library's `rethrows` loses.
    fileprivate func withValueTyped<Success, Failure: Error>(
        _ value: Value,
        _ body: () async throws(Failure) -> Success
    ) async throws(Failure) -> Success {
        let result: Result<Success, Failure> = await withValue(value) {
            do throws(Failure) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
