internal import CLibPQ
internal import Glibc
internal import MartletCore
internal import Synchronization

/// Opens one connection on a thread of its own, as resolving a host name blocks.
///
/// The caller is let go when its task is cancelled; the thread then closes what it gets. A host name that cannot be
/// resolved takes as long as the system's resolver does.
final class ConnectionAttempt: Sendable {
    private enum State {
        case begun
        case waited(CheckedContinuation<Result<Session, EngineError>, Never>)
        case ended(Result<Session, EngineError>)
        case abandoned
        case delivered
    }

    /// How often the thread looks whether its caller has gone.
    private static let lookAbout = Duration.milliseconds(100)

    private let connectionString: String
    /// How long to wait for the server in all, if the connection string does not say.
    private let timeout: Duration
    private let state = Mutex(State.begun)

    init(connectionString: String, timeout: Duration) {
        self.connectionString = connectionString
        self.timeout = timeout
    }

    /// Connects, or says what stands in the way.
    ///
    /// Once only.
    func start() async throws(EngineError) -> Session {
        BlockingThread.run(named: "martlet-connect") { [self] in
            let result: Result<Session, EngineError>
            do throws(EngineError) {
                result = .success(try connect())
            } catch {
                result = .failure(error)
            }
            end(result)
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { wait($0) }
        } onCancel: {
            abandon()
        }
        return try result.get()
    }

    // MARK: Who gets it

    private func wait(_ continuation: CheckedContinuation<Result<Session, EngineError>, Never>) {
        let result: Result<Session, EngineError>? = state.withLock { state in
            switch state {
            case .ended(let result):
                state = .delivered
                return result
            case .abandoned:
                return .failure(Self.cancelled)
            case .begun, .waited, .delivered:
                state = .waited(continuation)
                return nil
            }
        }
        if let result { continuation.resume(returning: result) }
    }

    private func end(_ result: Result<Session, EngineError>) {
        let waiter: CheckedContinuation<Result<Session, EngineError>, Never>? = state.withLock { state in
            switch state {
            case .begun:
                state = .ended(result)
            case .waited(let continuation):
                state = .delivered
                return continuation
            case .ended, .abandoned, .delivered: break
            }
            return nil
        }
        // A session that nobody waits for any more closes with its last reference.
        waiter?.resume(returning: result)
    }

    private func abandon() {
        let waiter: CheckedContinuation<Result<Session, EngineError>, Never>? = state.withLock { state in
            switch state {
            case .begun:
                state = .abandoned
            case .waited(let continuation):
                state = .abandoned
                return continuation
            case .ended, .abandoned, .delivered: break
            }
            return nil
        }
        waiter?.resume(returning: .failure(Self.cancelled))
    }

    private var isAbandoned: Bool {
        state.withLock { state in
            if case .abandoned = state { return true }
            return false
        }
    }

    private static let cancelled = EngineError(.cancelled, "the task was cancelled while it connected to PostgreSQL")

    // MARK: Connecting

    private func connect() throws(EngineError) -> Session {
        if let problem = ConnectionString(connectionString).problem { throw problem }
        // A name for pg_stat_activity that the user's own application_name overrides.
        let keywords = ["fallback_application_name", "client_encoding", "dbname"]
        let values = ["martlet", "UTF8", connectionString]
        guard let connection = start(keywords, values) else {
            throw EngineError(.resourcesExhausted, "no memory for a connection to PostgreSQL")
        }
        do throws(EngineError) {
            // Notices would go to stderr, which belongs to the command.
            PQsetNoticeReceiver(connection, { _, _ in }, nil)
            // Verbose reports of a failed start carry the SQLSTATE, which no function gives.
            PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
            try poll(connection)
            PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
            return Session(owning: connection)
        } catch {
            PQfinish(connection)
            throw error
        }
    }

    private func start(_ keywords: [String], _ values: [String]) -> OpaquePointer? {
        let keywordPointers = keywords.map { strdup($0) }
        let valuePointers = values.map { strdup($0) }
        defer { for pointer in keywordPointers + valuePointers { free(pointer) } }
        let end: [UnsafePointer<CChar>?] = [nil]
        // The connection string comes last, so that what it says wins.
        return PQconnectStartParams(
            keywordPointers.map { UnsafePointer($0) } + end,
            valuePointers.map { UnsafePointer($0) } + end,
            1
        )
    }

    private func poll(_ connection: OpaquePointer) throws(EngineError) {
        guard PQstatus(connection) != CONNECTION_BAD else { throw failure(connection) }
        let timeout = timeoutSaid(connection) ?? timeout
        let deadline = ContinuousClock.now + timeout
        var wanted = PGRES_POLLING_WRITING
        while true {
            let left = deadline - .now
            guard !isAbandoned else { throw Self.cancelled }
            guard left > .zero else {
                throw EngineError(
                    .unreachable,
                    "PostgreSQL did not answer within \(timeout); check host, port and firewall"
                )
            }
            var descriptor = pollfd(
                fd: PQsocket(connection),
                events: Int16(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT),
                revents: 0
            )
            guard Glibc.poll(&descriptor, 1, min(left, Self.lookAbout).pollMilliseconds) > 0 else { continue }
            wanted = PQconnectPoll(connection)
            if wanted == PGRES_POLLING_OK { return }
            if wanted == PGRES_POLLING_FAILED { throw failure(connection) }
        }
    }

    /// The `connect_timeout` of the connection string, its service or the environment, which libpq itself heeds only
    /// where it blocks.
    private func timeoutSaid(_ connection: OpaquePointer) -> Duration? {
        guard let options = PQconninfo(connection) else { return nil }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            if strcmp(keyword, "connect_timeout") == 0, let value = option.pointee.val,
                let seconds = Int64(String(cString: value)), seconds > 0
            {
                return .seconds(min(seconds, Int64(Int32.max)))
            }
            option += 1
        }
        return nil
    }

    private func failure(_ connection: OpaquePointer) -> EngineError {
        ConnectionFailure.error(
            message: PQerrorMessage(connection).map { String(cString: $0) } ?? "",
            needsPassword: PQconnectionNeedsPassword(connection) == 1
        )
    }
}
