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
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    /// A line about the work.
    func note(_ line: String) {
        FileHandle.standardError.write(Data(((drawsProgress ? "\r\u{1B}[K" : "") + line + "\n").utf8))
    }

    /// A line about the work that the next one replaces; only on a terminal.
    func progress(_ line: String) {
        guard drawsProgress else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8))
    }

    /// Takes the line of progress away.
    func endProgress() {
        guard drawsProgress else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }

    func toned(_ text: String, _ tone: Tone) -> String {
        colorsOutput ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
    }
}
