import MartletTesting
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
        let processID = try SpawnedProcess.start(
            line,
            environment: environment,
            folder: folder.path,
            output: outputPath,
            errors: errorsPath
        )
        self.processID = processID
        ended = Task { await SpawnedProcess.end(of: processID) }
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
