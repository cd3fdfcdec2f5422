import Foundation

/// A report that goes to a file beside standard output.
struct ReportFile {
    private let path: String

    /// Finds out now whether it can be written, not after what is reported has been measured.
    init(_ path: String) throws(CommandFailure) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard FileManager.default.isWritableFile(atPath: exists ? path : folder), !isFolder.boolValue else {
            throw CommandFailure(
                .unreachable,
                "the report cannot be written to \(path): "
                    + (isFolder.boolValue ? "it is a folder" : "\(folder) is not there, or not to be written to")
            )
        }
        self.path = path
    }

    func write(_ text: String) throws(CommandFailure) {
        do {
            try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw CommandFailure(.unreachable, "the report cannot be written to \(path): \(error.localizedDescription)")
        }
    }
}
