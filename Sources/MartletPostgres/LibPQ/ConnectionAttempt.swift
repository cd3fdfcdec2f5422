internal import CLibPQ
internal import Foundation
internal import Glibc
internal import MartletCore

/// Opens one connection on a thread of its own, as resolving a host name blocks.
struct ConnectionAttempt {
    let connectionString: String
    /// How long to wait for the server in all.
    let timeout: Duration

    /// Connects, or says what stands in the way.
    func start() async throws(EngineError) -> Session {
        let result: Result<Session, EngineError> = await withCheckedContinuation { continuation in
            BlockingThread.run(named: "martlet-connect") { [self] in
                do throws(EngineError) {
                    continuation.resume(returning: .success(try connect()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    private func connect() throws(EngineError) -> Session {
        // A name for pg_stat_activity that the user's own application_name overrides.
        let keywords = ["fallback_application_name", "client_encoding", "dbname"]
        let values = ["martlet", "UTF8", connectionString]
        guard let connection = start(keywords, values) else {
            throw EngineError(.resourcesExhausted, "no memory for a connection to PostgreSQL")
        }
        do throws(EngineError) {
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
        let deadline = ContinuousClock.now + timeout
        guard PQstatus(connection) != CONNECTION_BAD else { throw failure(connection) }
        var wanted = PGRES_POLLING_WRITING
        while true {
            let left = deadline - .now
            var descriptor = pollfd(
                fd: PQsocket(connection),
                events: Int16(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT),
                revents: 0
            )
            let milliseconds = Int32(clamping: left.components.seconds * 1_000 + 1)
            guard left > .zero, Glibc.poll(&descriptor, 1, milliseconds) >= 0 || errno == EINTR else {
                throw EngineError(
                    .unreachable,
                    "PostgreSQL did not answer within \(timeout.components.seconds) s; check host, port and firewall"
                )
            }
            wanted = PQconnectPoll(connection)
            if wanted == PGRES_POLLING_OK { return }
            if wanted == PGRES_POLLING_FAILED { throw failure(connection) }
        }
    }

    private func failure(_ connection: OpaquePointer) -> EngineError {
        ConnectionFailure.error(
            message: PQerrorMessage(connection).map { String(cString: $0) } ?? "",
            needsPassword: PQconnectionNeedsPassword(connection) == 1
        )
    }
}
