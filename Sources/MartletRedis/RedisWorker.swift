import Dispatch
import Foundation
import Glibc
import Synchronization

/// The thread that speaks with Redis, and the calls that wait for it.
///
/// It has two states. Connected: calls wait in a queue, are sent together and answered; when the server is too slow or
/// goes away, all that wait are refused, and it is disconnected. Disconnected: every call is refused at once, and the
/// thread tries to connect after a pause. So a server that is down costs no call any time, and one that is slow costs
/// one batch of calls their deadline, once for each pause.
final class RedisWorker: Sendable {
    struct Call: Sendable {
        /// The script, its keys and its arguments.
        var script: Int
        var words: [[UInt8]]
        /// Gets the answer; nil if there is none.
        var answer: @Sendable (RedisReply?) -> Void

        var bytes: Int { words.reduce(0) { $0 + $1.count } }
    }

    private struct State {
        var waiting: [Call] = []
        var waitingBytes = 0
        var isClosed = false
        var hasEnded = false
        var metrics = RedisMetrics()
        var ending: [CheckedContinuation<Void, Never>] = []
    }

    /// As many as are sent together: what a server answers in far less than its deadline.
    private static let batchMax = 64
    /// Bytes that may wait; beyond it calls are refused.
    private static let waitingBytesMax = 16 << 20
    private let options: RedisOptions
    private let scripts: [String]
    private let state = Mutex(State())
    private let arrivals = DispatchSemaphore(value: 0)

    init(_ options: RedisOptions, scripts: [String]) {
        (self.options, self.scripts) = (options, scripts)
    }

    var metrics: RedisMetrics { state.withLock(\.metrics) }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "martlet.redis"
        thread.start()
    }

    /// Adds a call; refuses it if the server is not there, or too many wait.
    func post(_ call: Call) {
        let isTaken = state.withLock { state in
            guard state.metrics.isAvailable, !state.isClosed, state.waiting.count < options.waitingMax,
                state.waitingBytes <= Self.waitingBytesMax
            else {
                state.metrics.refusals += 1
                return false
            }
            state.waiting.append(call)
            state.waitingBytes += call.bytes
            return true
        }
        if isTaken { arrivals.signal() } else { call.answer(nil) }
    }

    /// Refuses all calls from now on, and returns when the thread has ended.
    func close() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                state.isClosed = true
                if !state.hasEnded { state.ending.append(continuation) }
                return state.hasEnded
            }
            arrivals.signal()
            if hasEnded { continuation.resume() }
        }
    }

    /// As `close()`, without waiting.
    func abandon() {
        state.withLock { $0.isClosed = true }
        arrivals.signal()
    }

    // MARK: The thread

    private func run() {
        // hiredis writes to a socket that the server may have closed; the signal would end the process.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var pause = options.pauseMin
        while !isClosed {
            let start = ContinuousClock.now
            do {
                try serve()
            } catch {
                refuseAll("\(error)")
            }
            if ContinuousClock.now - start > options.pauseMax { pause = options.pauseMin }
            sleep(until: ContinuousClock.now + pause)
            pause = min(pause * 2, options.pauseMax)
        }
        refuseAll(nil)
        let ending = state.withLock { state in
            state.hasEnded = true
            return state.ending
        }
        for continuation in ending { continuation.resume() }
    }

    private var isClosed: Bool { state.withLock(\.isClosed) }

    private func sleep(until end: ContinuousClock.Instant) {
        while !isClosed {
            let left = (end - ContinuousClock.now) / .seconds(1)
            guard left > 0, arrivals.wait(timeout: .now() + left) == .success else { return }
        }
    }

    private func serve() throws {
        let connection = try RedisConnection.open(options.address, deadline: .now + options.connectDeadline)
        let names = try greet(connection)
        state.withLock { state in
            state.metrics.isAvailable = true
            state.metrics.connections += 1
        }
        while !isClosed {
            let batch = takeBatch()
            guard !batch.isEmpty else {
                arrivals.wait()
                continue
            }
            let commands = batch.map { [Array("EVALSHA".utf8), names[$0.script]] + $0.words }
            let replies: [RedisReply]
            do {
                replies = try connection.exchange(commands, deadline: .now + options.deadline)
            } catch {
                // Before the calls hear of it, so that whoever goes on finds the server given up.
                refuseAll("\(error)")
                refuse(batch)
                throw error
            }
            try answer(batch, replies)
        }
    }

    /// Signs in and says which scripts there are; returns their names.
    private func greet(_ connection: borrowing RedisConnection) throws -> [[UInt8]] {
        var commands: [[String]] = []
        if let password = options.password { commands.append(["AUTH"] + [options.user, password].compactMap(\.self)) }
        if options.database != 0 { commands.append(["SELECT", "\(options.database)"]) }
        commands += scripts.map { ["SCRIPT", "LOAD", $0] }
        let replies = try connection.exchange(
            commands.map { $0.map { Array($0.utf8) } },
            deadline: .now + options.connectDeadline
        )
        for case .error(let message) in replies { throw RedisFailure(message) }
        return replies.suffix(scripts.count).map { if case .bytes(let name) = $0 { name } else { [] } }
    }

    private func takeBatch() -> [Call] {
        state.withLock { state in
            let batch = Array(state.waiting.prefix(Self.batchMax))
            state.waiting.removeFirst(batch.count)
            state.waitingBytes -= batch.reduce(0) { $0 + $1.bytes }
            return batch
        }
    }

    private func answer(_ batch: [Call], _ replies: [RedisReply]) throws {
        var errors: [String] = []
        for case .error(let message) in replies { errors.append(message) }
        state.withLock { state in
            state.metrics.answers += replies.count - errors.count
            state.metrics.commandErrors += errors.count
        }
        for (call, reply) in zip(batch, replies) {
            if case .error = reply { call.answer(nil) } else { call.answer(reply) }
        }
        // Scripts are gone when somebody has flushed them; greeting brings them back.
        if let gone = errors.first(where: { $0.hasPrefix("NOSCRIPT") }) { throw RedisFailure(gone) }
    }

    private func refuse(_ calls: [Call]) {
        state.withLock { $0.metrics.refusals += calls.count }
        for call in calls { call.answer(nil) }
    }

    private func refuseAll(_ reason: String?) {
        let waiting = state.withLock { state in
            state.metrics.isAvailable = false
            if let reason { state.metrics.lastFailure = reason }
            defer { (state.waiting, state.waitingBytes) = ([], 0) }
            return state.waiting
        }
        refuse(waiting)
    }
}
