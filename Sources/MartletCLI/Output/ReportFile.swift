import Foundation

/// A report that goes to a file beside standard output.
enum ReportFile {
    static func write(_ text: String, to path: String) throws(CommandFailure) {
        do {
            try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw CommandFailure(.unreachable, "the report cannot be written to \(path): \(error.localizedDescription)")
        }
    }
}
