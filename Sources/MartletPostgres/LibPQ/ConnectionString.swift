internal import CLibPQ
internal import Glibc
internal import MartletCore

/// What libpq makes of a connection string, without connecting.
struct ConnectionString {
    /// The string without what is secret in it; as it was where nothing is.
    let shown: String
    /// Why it cannot be used.
    let problem: EngineError?

    init(_ text: String) {
        guard !text.utf8.contains(0) else {
            (shown, problem) = (Self.unreadable, Self.problem("it holds the character NUL"))
            return
        }
        // Anything else is the name of a database.
        let isURL = text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
        guard isURL || text.contains("=") else {
            (shown, problem) = (text, nil)
            return
        }
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(text, &message) else {
            let reason = message.map { String(cString: $0) } ?? "it is malformed"
            if message != nil { PQfreemem(message) }
            (shown, problem) = (Self.unreadable, Self.problem(reason))
            return
        }
        defer { PQconninfoFree(options) }
        var words: [String] = []
        var hasSecret = false
        var flaw: String?
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                // The mark of what a dialog shows as stars: password, sslpassword.
                if option.pointee.dispchar.map({ $0.pointee == 42 }) ?? false {
                    hasSecret = true
                } else {
                    words.append("\(String(cString: keyword))=\(Self.quoted(String(cString: value)))")
                    flaw = flaw ?? Self.flaw(of: String(cString: keyword), String(cString: value), isURL: isURL)
                }
            }
            option += 1
        }
        if let flaw {
            (shown, problem) = (Self.unreadable, Self.problem(flaw))
            return
        }
        (shown, problem) = (hasSecret ? words.joined(separator: " ") : text, nil)
    }

    private static let unreadable = "a PostgreSQL connection string that cannot be read"

    /// What is wrong with it, without what may be a piece of the password.
    static func problem(_ reason: String) -> EngineError {
        EngineError(
            .invalidConnectionString,
            "the connection string of PostgreSQL cannot be used: \(withoutQuotes(reason)); "
                + "see “Connection Strings” in PostgreSQL's manual of libpq"
        )
    }

    /// What libpq reads without complaint though it is not what was meant.
    private static func flaw(of keyword: String, _ value: String, isURL: Bool) -> String? {
        switch keyword {
        // The password ended at the first @, and its rest passes for the host.
        case "host" where isURL && value.dropFirst().contains("@"):
            return "its password holds an @, which is written %40 there"
        // A password with a slash ends the host, and passes for the port.
        case "port" where !value.split(separator: ",").allSatisfy(isPort):
            return "its port is not a number from 1 to 65535"
                + (isURL ? "; in a password / is written %2F, ? %3F and # %23" : "")
        // libpq looks at it only where it blocks, which is not here.
        case "connect_timeout" where Int(value.filter { !$0.isWhitespace }) == nil:
            return "its connect_timeout is not a number of seconds"
        default: return nil
        }
    }

    /// As libpq takes it, with white space around it.
    private static func isPort(_ text: Substring) -> Bool {
        let digits = text.filter { !$0.isWhitespace }
        return digits.isEmpty || Int(digits).map { (1...65_535).contains($0) } == true
    }

    /// libpq quotes pieces of the string, which may be pieces of the password; the name of an option is none.
    private static func withoutQuotes(_ message: String) -> String {
        let line = message.prefix { $0 != "\n" }
        let option = line.firstMatch(of: /\ for connection option "[a-z_]+"$/)?.0 ?? ""
        let rest = line.dropLast(option.count)
        guard let first = rest.firstIndex(of: "\""), let last = rest.lastIndex(of: "\"") else { return String(line) }
        return rest[..<first] + "\u{2026}" + rest[rest.index(after: last)...] + option
    }

    /// As a value of a `key=value` string.
    private static func quoted(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.unicodeScalars.allSatisfy { $0.value > 32 && $0 != "'" && $0 != "\\" }
        guard !isPlain else { return value }
        var quoted = "'"
        for scalar in value.unicodeScalars {
            if scalar == "'" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "'"
    }
}
