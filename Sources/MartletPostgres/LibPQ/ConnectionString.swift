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
            (shown, problem) = (Self.unreadable, Self.problem(Self.withoutQuotes(reason)))
            return
        }
        defer { PQconninfoFree(options) }
        var words: [String] = []
        var hasSecret = false
        var isCutShort = false
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                // The mark of what a dialog shows as stars: password, sslpassword.
                if option.pointee.dispchar.map({ $0.pointee == 42 }) ?? false {
                    hasSecret = true
                } else {
                    words.append("\(String(cString: keyword))=\(Self.quoted(String(cString: value)))")
                    // The password ended at the first @, and its rest passes for the host.
                    if isURL, strcmp(keyword, "host") == 0, String(cString: value).dropFirst().contains("@") {
                        isCutShort = true
                    }
                }
            }
            option += 1
        }
        if isCutShort {
            (shown, problem) = (Self.unreadable, Self.problem("its password holds an @, which is written %40 there"))
            return
        }
        (shown, problem) = (hasSecret ? words.joined(separator: " ") : text, nil)
    }

    private static let unreadable = "a PostgreSQL connection string that cannot be read"

    private static func problem(_ reason: String) -> EngineError {
        EngineError(
            .unreachable,
            "the connection string of PostgreSQL cannot be read: \(reason); see libpq-connect in its manual"
        )
    }

    /// libpq quotes pieces of the string, which may be pieces of the password.
    private static func withoutQuotes(_ message: String) -> String {
        let line = message.prefix { $0 != "\n" }
        guard let first = line.firstIndex(of: "\""), let last = line.lastIndex(of: "\"") else { return String(line) }
        return line[..<first] + "\u{2026}" + line[line.index(after: last)...]
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
