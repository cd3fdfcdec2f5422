internal import Foundation
internal import MartletCore

/// What libpq says of a connection that was not made, in words that say what to do.
enum ConnectionFailure {
    static func error(message: String, needsPassword: Bool) -> EngineError {
        let lines = message.split(separator: "\n").map(String.init)
        let reason = lines.first { sqlState($0) != nil } ?? lines.first ?? "no reason was given"
        let state = sqlState(reason)
        if needsPassword {
            return make(
                .authenticationFailed,
                "PostgreSQL asks for a password; put it in ~/.pgpass or PGPASSWORD",
                state
            )
        }
        let text = stripped(reason)
        if state == nil, isAboutConnectionString(text) { return ConnectionString.problem(text) }
        switch state.map({ PostgresError.code($0) }) ?? .unreachable {
        case .authenticationFailed:
            return make(
                .authenticationFailed,
                "PostgreSQL refused the login: \(text); check the user, the password in ~/.pgpass, and pg_hba.conf",
                state
            )
        case .undefinedObject:
            return make(
                .undefinedObject,
                "PostgreSQL has no such database: \(text); psql -l lists those there are",
                state
            )
        case .permissionDenied:
            return make(.permissionDenied, "PostgreSQL refused the connection: \(text); ask for CONNECT on it", state)
        case .resourcesExhausted:
            return make(.resourcesExhausted, "PostgreSQL takes no more connections: \(text); close some first", state)
        default:
            let isAboutTLS = text.contains("SSL") || text.contains("certificate")
            let hint =
                isAboutTLS
                ? "check sslmode and the certificates" : "check that the server runs, and host, port and socket"
            return make(.unreachable, "PostgreSQL cannot be reached: \(text); \(hint)", state)
        }
    }

    /// Whether libpq gave up on what it was given before it asked any server.
    ///
    /// Its messages are all that tells: `PQconnectStartParams` in fe-connect.c of PostgreSQL 12 to 17.
    static func isAboutConnectionString(_ message: String) -> Bool {
        let beginnings = [
            "invalid ", "could not match ", "could not parse network address ", "definition of service ",
            "service file ", "syntax error in service file ", "Unix-domain socket path ", "weak sslmode ",
            "sslmode value ", "gssencmode value ", "sslnegotiation value ", "require_auth method ",
        ]
        return beginnings.contains(where: message.hasPrefix)
    }

    private static func make(_ code: EngineError.Code, _ message: String, _ state: String?) -> EngineError {
        EngineError(code, message, driverCode: state)
    }

    /// The code in `FATAL:  28P01: password authentication failed …`, whose first word is translated.
    static func sqlState(_ reason: String) -> String? {
        reason.firstMatch(of: codeInReport).map { String($0.1) }
    }

    private static func stripped(_ reason: String) -> String {
        guard let match = reason.firstMatch(of: codeInReport) else {
            return reason.trimmingCharacters(in: .whitespaces)
        }
        return String(reason[match.range.upperBound...])
    }

    private static var codeInReport: Regex<(Substring, Substring)> { #/:  ([0-9A-Z]{5}): /# }
}
