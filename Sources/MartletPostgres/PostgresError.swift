internal import MartletCore

/// From PostgreSQL's reports to the errors of both engines.
enum PostgresError {
    /// What a statement ends with that was cancelled, or ran into statement_timeout.
    static let queryCanceled = "57014"

    /// What a statement may end with that was prepared before the type of a column changed: the types of its
    /// placeholders stay what they were, and fit the column, or the values, no longer.
    static let statesOfOldTypes: Set<String> = ["42804", "42883", "22P02", "22007"]

    /// Maps an SQLSTATE.
    ///
    /// Codes: PostgreSQL 15, appendix A.
    static func code(_ state: String, message: String = "") -> EngineError.Code {
        switch state {
        // One code for both; where messages are translated, a statement_timeout passes for a cancellation.
        case queryCanceled: message.contains("statement timeout") ? .deadlineExceeded : .cancelled
        case "23505": .uniqueViolation
        case "23503": .foreignKeyViolation
        case "23514": .checkViolation
        case "23502": .notNullViolation
        case "40001": .serializationFailure
        case "40P01": .deadlock
        case "55P03": .lockTimeout
        case "25006": .readOnly
        case "25P02": .transactionAborted
        case "42501": .permissionDenied
        case "28P01", "28000": .authenticationFailed
        case "42P01", "42703", "42883", "42704", "3F000", "3D000", "26000": .undefinedObject
        case "42P07", "42710", "42701", "42P06", "42P04": .duplicateObject
        case "53100": .diskFull
        case "XX001", "XX002": .corrupt
        case "57P03": .unreachable
        // What a statement without values is answered if it has placeholders.
        case "08P01": .invalidBinding
        case "57P01", "57P02", "57P05": .connectionLost
        case "0A000": .unsupported
        default:
            switch state.prefix(2) {
            case "22": .invalidValue
            case "42": .syntaxError
            case "53", "54": .resourcesExhausted
            case "08": .connectionLost
            default: .other
            }
        }
    }

    /// The server's message without what may be a bound value.
    ///
    /// Messages of class 22 quote the value: `invalid input syntax for type integer: "abc"`, `value "99999999999" is
    /// out of range for type integer`. A value may hold quotes itself, so all from the first to the last goes. In other
    /// messages, as those of RAISE, the values are looked for.
    static func redacted(_ message: String, state: String, values: [Value]) -> String {
        var redacted = message
        if state.hasPrefix("22"), let first = message.firstIndex(of: "\""), let last = message.lastIndex(of: "\"") {
            redacted = message[..<first] + "\u{2026}" + message[message.index(after: last)...]
        }
        for value in values {
            let text = TextFormat.text(of: value)
            guard text.utf8.count >= redactedBytesMin else { continue }
            redacted = redacted.replacing(text, with: "\u{2026}")
        }
        return redacted
    }

    /// Shorter values are found in words and numbers that have nothing to do with them.
    private static let redactedBytesMin = 4

    /// What a user can do about it.
    static func advice(_ code: EngineError.Code) -> String? {
        switch code {
        case .permissionDenied: "ask the owner for the privilege, or connect as another role"
        case .serializationFailure, .deadlock: "run the transaction again"
        case .lockTimeout: "try again, or find who holds the lock in pg_locks"
        case .readOnly: "connect for writing, or to the primary"
        case .diskFull: "free space on the server's disk"
        case .transactionAborted: "roll the transaction back first"
        case .connectionLost: "connect again; what was not committed is undone"
        default: nil
        }
    }

    static func cancelled(_ statement: String?) -> EngineError {
        EngineError(.cancelled, "the statement was cancelled", driverCode: queryCanceled, statement: statement)
    }

    static let cancelledBefore = EngineError(.cancelled, "the task was cancelled before its statement was sent")

    /// For a statement that cannot be run again without knowing what it did.
    static func cancelledForAnother(_ statement: String?) -> EngineError {
        EngineError(
            .transactionAborted,
            "the cancellation of another statement on the same connection ended this one; roll back and run it again",
            driverCode: queryCanceled,
            statement: statement
        )
    }

    /// For a COMMIT that the server has answered by rolling back, which it does not report as an error.
    static func rolledBackInstead(_ statement: String) -> EngineError {
        EngineError(
            .transactionAborted,
            "the transaction was to be committed, but the server rolled it back, as an earlier statement of it had "
                + "failed and that error was caught; nothing was kept: let the error pass, or run what may fail within "
                + "a savepoint, and run the transaction again",
            statement: statement
        )
    }

    /// For a BEGIN within a transaction, which the server only warns of: its COMMIT would then end the outer one.
    static func transactionWithinAnother(_ statement: String) -> EngineError {
        EngineError(
            .unsupported,
            "a transaction was to begin, but one is open on this connection already; nothing was run: use a savepoint "
                + "within it, or another connection",
            driverCode: "25001",
            statement: statement
        )
    }

    static let copyWithinPipeline = EngineError(
        .unsupported,
        "COPY from or to the client was run as a statement, and the connection had to be closed; "
            + "use load(_:into:columns:)"
    )

    static func lost(_ reason: String) -> EngineError {
        let reason = reason.isEmpty ? "the server closed it" : reason
        return EngineError(
            .connectionLost,
            "the connection to PostgreSQL was lost: \(reason); connect again, what was not committed is undone"
        )
    }
}
