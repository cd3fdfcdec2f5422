import Foundation
import Glibc

/// A command that has been started.
final class RunningCommand: Sendable {
    private let processID: pid_t
    private let folder: CommandFolder
    private let outputPath: String
    private let errorsPath: String
    private let ended: Task<Int32, Never>

    /// Longer than any command here takes on a busy machine; one that hangs must fail a test, not stop all.
    private static let patience = Duration.seconds(120)

    init(_ line: [String], environment: [String: String], folder: CommandFolder) throws {
        self.folder = folder
        outputPath = try folder.fileForStream()
        errorsPath = try folder.fileForStream()
        processID = try Self.spawn(line, environment, folder.path, [1: outputPath, 2: errorsPath])
        ended = Self.end(of: processID)
    }

    /// Starts a process; Foundation's learns of the end by a descriptor that other children may hold open.
    private static func spawn(
        _ line: [String],
        _ environment: [String: String],
        _ directory: String,
        _ streams: [Int32: String]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (descriptor, path) in streams {
            posix_spawn_file_actions_addopen(&actions, descriptor, path, O_WRONLY, 0)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of Dispatch block signals, and a child inherits the mask.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        // env changes the directory and becomes the command, with the same process ID.
        let words = (["/usr/bin/env", "-C", directory] + line).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var processID: pid_t = 0
        let failure = posix_spawn(&processID, "/usr/bin/env", &actions, &attributes, words, variables)
        guard failure == 0 else { throw CommandTestFailure("\(line[0]): \(String(cString: strerror(failure)))") }
        return processID
    }

    /// Waits on a thread of its own, as waiting blocks.
    ///
    /// A signal counts as 128 + its number, as shells have it.
    private static func end(of processID: pid_t) -> Task<Int32, Never> {
        Task {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    var status: Int32 = 0
                    while waitpid(processID, &status, 0) == -1, errno == EINTR {}
                    let signal = status & 0x7F
                    continuation.resume(returning: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
                }
            }
        }
    }

    /// Standard output so far.
    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

    /// Standard error so far.
    var errors: String { (try? String(contentsOfFile: errorsPath, encoding: .utf8)) ?? "" }

    /// Sends it a signal.
    func send(_ signal: Int32) {
        kill(processID, signal)
    }

    /// Returns when it has said this, on standard output or standard error.
    func says(_ text: String) async throws {
        try await waiting(for: "“\(text)”") { self.output.contains(text) || self.errors.contains(text) }
    }

    /// Returns when something has come true of it.
    func waiting(for what: String, _ condition: () async throws -> Bool) async throws {
        let start = ContinuousClock.now
        while try await !condition() {
            guard ContinuousClock.now - start < Self.patience else {
                send(SIGKILL)
                throw CommandTestFailure("waited in vain for \(what)\n\(output)\n\(errors)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Returns when it has ended.
    func end() async throws -> CommandResult {
        let guardian = Task {
            try await Task.sleep(for: Self.patience)
            self.send(SIGKILL)
        }
        let status = await ended.value
        guardian.cancel()
        return CommandResult(status: status, output: output, errors: errors)
    }

    /// Processes that it has started, and those that these have started.
    var descendants: [ProcessEntry] {
        let all = ProcessEntry.all
        var found: [ProcessEntry] = []
        var parents: Set = [processID]
        while !parents.isEmpty {
            let children = all.filter { parents.contains($0.parent) }
            found += children
            parents = Set(children.map(\.id))
        }
        return found
    }

    /// Returns when none of these run any more.
    func waitForEnd(of processes: [ProcessEntry]) async throws {
        let numbers = Set(processes.map(\.id))
        try await waiting(for: "the end of \(processes)") { !ProcessEntry.all.contains { numbers.contains($0.id) } }
    }
}
