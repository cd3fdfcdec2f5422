import Foundation
import Glibc

/// One run of the built command, as a user would start it: `try await Command("check", path).run()`.
///
/// It runs in a folder of its own with an environment of its own, so that nothing of the machine shows in its output
/// and whatever it leaves behind is seen.
struct Command: Sendable {
    /// What is started before the command and becomes it: `setpriv`, or a shell that sets a limit.
    private var launcher: [String] = []
    private let arguments: [String]
    private var environment: [String: String] = [:]
    private var folder: CommandFolder

    init(_ arguments: String...) {
        self.init(arguments)
    }

    init(_ arguments: [String]) {
        self.arguments = arguments
        folder = CommandFolder()
    }

    /// A line for a shell in which `martlet` is the command.
    init(line: String) {
        self.init([])
        launcher = ["/bin/sh", "-c", #"PATH="${0%/*}:$PATH"; "# + line]
    }

    /// With a variable of the environment.
    func with(_ variable: String, _ value: String) -> Command {
        var copy = self
        copy.environment[variable] = value
        return copy
    }

    /// In a folder that others share.
    func `in`(_ folder: CommandFolder) -> Command {
        var copy = self
        copy.folder = folder
        return copy
    }

    /// As a user whom file permissions bind: root is not root any more as far as files are concerned.
    func boundByPermissions() -> Command {
        guard geteuid() == 0 else { return self }
        var copy = self
        copy.launcher += ["/usr/bin/setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
        return copy
    }

    /// With no file growing beyond this size, as on a disk that is full.
    func withFilesUpTo(kilobytes: Int) -> Command {
        var copy = self
        // The signal that comes with the limit must not end the process: a full disk sends none.
        copy.launcher += ["/bin/bash", "-c", #"trap '' XFSZ; ulimit -f "$0"; exec "$@""#, "\(kilobytes)"]
        return copy
    }

    /// On a disk of that size, on which the file lies meanwhile; it is brought back afterwards.
    func onDisk(ofKilobytes kilobytes: Int, holding path: String) -> Command {
        var copy = self
        copy.launcher += Self.newMounts + ["/bin/sh", "-c", Self.diskScript, "\(kilobytes)", path, folder.path]
        return copy
    }

    /// $0 kilobytes, $1 the file, $2 the folder, then the command; it finds the file as `disk/full.db`.
    private static let diskScript = #"""
        file=$1; cd "$2" && mkdir disk && mount -t tmpfs -o size="$0k" none disk && cp "$file" disk/full.db || exit 99
        shift 2
        "$@"
        status=$?
        rm -f "$file-wal" "$file-shm"
        [ ! -e disk/full.db-wal ] || cp disk/full.db-wal "$file-wal" || exit 99
        cp disk/full.db "$file" && exit "$status"
        """#

    /// Starts a program in a world of its own as far as mounts are concerned; they end with it.
    private static var newMounts: [String] {
        ["/usr/bin/unshare"] + (geteuid() == 0 ? ["--mount"] : ["--mount", "--map-root-user"])
    }

    /// Whether this machine lets us mount a disk of our own.
    static func canMount() async -> Bool {
        var attempt = Command([])
        attempt.launcher = newMounts + ["/bin/sh", "-c", "mount -t tmpfs none /mnt"]
        return (try? await attempt.run())?.status == 0
    }

    /// The file, built beside the tests.
    static let executable = folderOfTests.appendingPathComponent("martlet").path

    /// The folder of the bundle that these tests are in.
    private static let folderOfTests: URL = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let candidates =
            CommandLine.arguments.filter { $0.contains(".xctest") }
            .map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
            + [Bundle.main.bundleURL, package.appendingPathComponent(".build/debug", isDirectory: true)]
        let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0.path + "/martlet") }
        return found ?? candidates[candidates.count - 1]
    }()

    /// Starts it and returns when it has ended.
    func run() async throws -> CommandResult {
        try await start().end()
    }

    /// Starts it and returns at once.
    func start() throws -> RunningCommand {
        let line = launcher + [Self.executable] + arguments
        var variables = environment
        variables["PATH"] = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        variables["HOME"] = folder.path
        variables["TMPDIR"] = folder.temporary
        return try RunningCommand(line, environment: variables, folder: folder)
    }
}
