import Foundation

/// A folder to run commands in, gone with the last reference to it.
final class CommandFolder: Sendable {
    let name = "martlet-command-\(UUID().uuidString.lowercased())"
    let path: String
    /// What the command takes for the folder of temporary files.
    let temporary: String

    init() {
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        temporary = path + "/tmp"
        // What cannot be made shows in the first command that runs here.
        try? FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// What commands have left here, temporary files included.
    var leftovers: [String] {
        let files = FileManager.default
        let here = (try? files.contentsOfDirectory(atPath: path)) ?? []
        let temporary = (try? files.contentsOfDirectory(atPath: temporary)) ?? []
        return here.filter { $0 != "tmp" && !$0.hasPrefix("stream-") } + temporary.map { "tmp/\($0)" }
    }

    /// The path of a file in it that does not exist yet, for a stream of a command.
    func fileForStream() throws -> String {
        let path = "\(path)/stream-\(UUID().uuidString)"
        try Data().write(to: URL(fileURLWithPath: path))
        return path
    }
}
