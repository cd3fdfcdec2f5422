import Foundation
import Glibc

/// Where results and progress go: results to standard output, all else to standard error.
struct Terminal: Sendable {
    /// A colour with a meaning.
    enum Tone: String {
        case good = "32"
        case bad = "31"
        case warning = "33"
        case quiet = "2"
        case strong = "1"
    }

    private let colorsOutput: Bool
    private let drawsProgress: Bool

    /// Colours only a terminal, and none where NO_COLOR is set (https://no-color.org).
    init(color: ColorChoice = .auto) {
        let environment = ProcessInfo.processInfo.environment
        let isDumb = environment["TERM"] == "dumb" || !(environment["NO_COLOR"] ?? "").isEmpty
        switch color {
        case .always: colorsOutput = true
        case .never: colorsOutput = false
        case .auto: colorsOutput = !isDumb && isatty(STDOUT_FILENO) == 1
        }
        drawsProgress = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
    }

    /// A line of the result.
    func say(_ line: String = "") {
        guard let problem = Self.write(line + "\n", to: STDOUT_FILENO), problem != EPIPE else { return }
        note("martlet: the output cannot be written: \(String(cString: strerror(problem)))")
        exit(ExitStatus.unreachable.rawValue)
    }

    /// A line about the work.
    func note(_ line: String) {
        Self.write((drawsProgress ? "\r\u{1B}[K" : "") + line + "\n", to: STDERR_FILENO)
    }

    /// A line about the work that the next one replaces; only on a terminal.
    func progress(_ line: String) {
        guard drawsProgress else { return }
        Self.write("\r\u{1B}[K\(line)", to: STDERR_FILENO)
    }

    /// Takes the line of progress away.
    func endProgress() {
        guard drawsProgress else { return }
        Self.write("\r\u{1B}[K", to: STDERR_FILENO)
    }

    /// Writes all of it, and returns the number of the error that kept it from doing so.
    ///
    /// A reader that has gone (EPIPE) wants no more; what is being done to a database goes on all the same. FileHandle
    /// would end the process instead.
    @discardableResult
    private static func write(_ text: String, to descriptor: Int32) -> Int32? {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return errno }
            rest = rest.dropFirst(max(0, count))
        }
        return nil
    }

    func toned(_ text: String, _ tone: Tone) -> String {
        colorsOutput ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
    }
}
