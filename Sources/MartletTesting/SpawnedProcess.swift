import Foundation
package import Glibc

/// Starts processes and waits for them.
///
/// Not by Foundation's `Process`: it takes a child for running as long as any other child that was started in the same
/// moment holds the descriptor by which it watches it.
package enum SpawnedProcess {
    /// Starts a program that inherits no descriptor but these files, and no signal that is blocked or ignored.
    package static func start(
        _ line: [String],
        environment: [String: String],
        folder: String,
        output: String,
        errors: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_APPEND, 0)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_APPEND, 0)
        for descriptor in 3..<min(getdtablesize(), 1_024) { posix_spawn_file_actions_addclose(&actions, descriptor) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

        // glibc shows the action that changes the folder to GNU programs only. The shell becomes the program.
        let line = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder] + line
        var words: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var processID: pid_t = 0
        let failure = posix_spawn(&processID, line[0], &actions, &attributes, &words, &variables)
        guard failure == 0 else {
            throw SpawnFailure(description: "\(line[0]) could not be started: \(String(cString: strerror(failure)))")
        }
        return processID
    }

    /// Waits until it has ended; the exit status, or 128 + the signal that ended it, as shells have it.
    package static func end(of processID: pid_t) async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var status: Int32 = 0
                while waitpid(processID, &status, 0) == -1, errno == EINTR {}
                // WIFSIGNALED and WEXITSTATUS, which are macros in C.
                let signal = status & 0x7f
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xff : 128 + signal)
            }
        }
    }
}
