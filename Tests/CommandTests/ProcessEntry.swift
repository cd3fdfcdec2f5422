import Foundation

/// A process as Linux lists it in /proc.
struct ProcessEntry: Sendable {
    let id: pid_t
    let parent: pid_t
    /// Its command line.
    let words: [String]

    /// All that run; one that has ended and that nobody has asked about is left out.
    static var all: [ProcessEntry] {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        return numbers.compactMap(ProcessEntry.init)
    }

    private init?(_ id: pid_t) {
        // `pid (name) state parent …`, and a name may hold parentheses: man proc_pid_stat.
        guard let stat = Self.text("/proc/\(id)/stat"), let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[end...].split(separator: " ")
        guard fields.count > 2, fields[1] != "Z", let parent = pid_t(fields[2]) else { return nil }
        self.id = id
        self.parent = parent
        words = (Self.text("/proc/\(id)/cmdline") ?? "").split(separator: "\u{0}").map(String.init)
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension [ProcessEntry] {
    /// The folder of a private PostgreSQL among them, by the cluster that `initdb` or `postgres` was told to use.
    var folderOfServer: String? {
        for process in self {
            if let option = process.words.firstIndex(of: "-D"), option + 1 < process.words.count {
                return (process.words[option + 1] as NSString).deletingLastPathComponent
            }
        }
        return nil
    }
}
