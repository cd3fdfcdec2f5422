internal import Foundation
internal import Glibc
internal import Synchronization

/// A throw-away Redis in a temporary folder, reached over a unix socket.
///
/// It keeps nothing on disk, and is gone when `stop()` returns, when the value is released, and when this process ends,
/// however it does: a shell that has started the server waits for the end of a pipe that only this process holds open.
package final class PrivateRedis: Sendable {
    /// Why there is none.
    package enum Failure: Error {
        /// There is no redis-server on this machine.
        case notInstalled
        /// The server did not start in time.
        case notStarted
    }

    private struct State {
        var pipe: Int32 = -1
        var shell: pid_t = 0
    }

    private static let script = """
        trap '' HUP INT TERM PIPE
        redis-server --port 0 --unixsocket "$0" --save '' --appendonly no --dir "$1" --maxmemory 256mb &
        server=$!
        echo "$server" >"$1/server"
        cat "$1/pipe" >/dev/null
        kill -CONT "$server"
        kill -KILL "$server"
        wait
        """

    /// The path of the socket.
    package let socket: String
    private let folder: String
    private let state = Mutex(State())

    /// Makes the folder and starts the server; takes about 20 ms.
    package init() async throws {
        let program = try await SpawnedProcess.end(
            of: Self.spawn(["/bin/sh", "-c", "command -v redis-server"], "/dev/null")
        )
        guard program == 0 else { throw Failure.notInstalled }
        // The path of a socket must stay below 108 bytes.
        folder = "/tmp/martlet-redis-\(UUID().uuidString.prefix(13).lowercased())"
        socket = folder + "/redis.sock"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await start()
    }

    deinit {
        let left = state.withLock(\.self)
        if left.pipe >= 0 { close(left.pipe) }
        let (folder, shell) = (folder, left.shell)
        Thread.detachNewThread {
            if shell > 0 { waitpid(shell, nil, 0) }
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    /// Starts the server, empty.
    package func start() async throws {
        let (path, log) = (folder + "/pipe", folder + "/log")
        unlink(path)
        unlink(socket)
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        guard mkfifo(path, 0o600) == 0 else { throw Failure.notStarted }
        // For reading too, so that opening waits for nobody.
        let pipe = open(path, O_RDWR | O_CLOEXEC)
        guard pipe >= 0 else { throw Failure.notStarted }
        let shell = try Self.spawn(["/bin/sh", "-c", Self.script, socket, folder], log)
        state.withLock { $0 = State(pipe: pipe, shell: shell) }
        for _ in 0..<1_000 {
            if access(socket, F_OK) == 0 { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failure.notStarted
    }

    /// Kills the server and waits for its end; all that it kept is lost.
    package func stop() async {
        let left = state.withLock { state in
            defer { state = State() }
            return state
        }
        guard left.pipe >= 0 else { return }
        close(left.pipe)
        _ = await SpawnedProcess.end(of: left.shell)
    }

    /// Lets the server stand still: it takes connections and answers nothing.
    package func pause() { signal(SIGSTOP) }

    /// Lets the server go on.
    package func resume() { signal(SIGCONT) }

    /// Runs a command through redis-cli.
    package func command(_ words: [String]) async throws {
        let line = ["/usr/bin/env", "redis-cli", "-s", socket] + words
        _ = await SpawnedProcess.end(of: try Self.spawn(line, folder + "/log"))
    }

    private func signal(_ number: Int32) {
        let text = try? String(contentsOfFile: folder + "/server", encoding: .utf8)
        if let server = text.flatMap({ pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }) {
            kill(server, number)
        }
    }

    private static func spawn(_ line: [String], _ output: String) throws -> pid_t {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return try SpawnedProcess.start(line, environment: ["PATH": path], folder: "/", output: output, errors: output)
    }
}
