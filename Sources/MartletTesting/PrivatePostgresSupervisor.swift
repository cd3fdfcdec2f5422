import Dispatch
import Foundation
import Glibc
import Synchronization

/// The process that owns a private server, and the socket by which it is told what to do.
///
/// Commands wait for one another. The socket is close-on-exec: no other child of this process keeps it open, so that
/// the supervisor reads the end of file when this process ends.
final class PrivatePostgresSupervisor: Sendable {
    /// The temporary folder, which is the supervisor's to remove.
    let folder: String
    private let processID: pid_t
    private let socket: Mutex<Int32?>
    private let queue = DispatchQueue(label: "martlet.private-postgres")

    /// The longest that a command may take: initdb on a slow disk takes seconds.
    private static let commandTimeoutMilliseconds: Int32 = 60_000
    /// Descriptors from here on are rare, and closing what is not open costs a system call each.
    private static let descriptorsMax: Int32 = 1_024
    /// `POSIX_SPAWN_SETSID` of glibc's spawn.h, which shows it to GNU programs only.
    ///
    /// In its own session, an interrupt from the terminal reaches the process that uses the server, and leaves the
    /// server to it.
    private static let spawnInNewSession: Int16 = 0x80

    /// Starts the supervisor and waits until it has made its folder.
    init(parentFolder: String) throws(PrivatePostgresError) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw PrivatePostgresError(.setupFailed, "no socket for the private PostgreSQL: \(Self.systemError(errno))")
        }
        do throws(PrivatePostgresError) {
            defer { close(ends[1]) }
            processID = try Self.spawn(script: PrivatePostgresScript.text, argument: parentFolder, input: ends[1])
        } catch {
            close(ends[0])
            throw error
        }
        socket = Mutex(ends[0])
        guard let line = Self.readLine(from: ends[0]) else {
            close(ends[0])
            _ = Self.wait(for: processID)
            throw PrivatePostgresError(.setupFailed, "no temporary folder could be made in \(parentFolder)")
        }
        folder = line
    }

    deinit {
        let open = socket.withLock { $0.take() }
        guard let open else { return }
        close(open)
        let processID = processID
        DispatchQueue.global().async { _ = Self.wait(for: processID) }
    }

    /// Runs a line of shell and returns its exit status and all it printed.
    func run(_ command: String) async throws(PrivatePostgresError) -> (status: Int32, output: String) {
        precondition(!command.contains("\n"), "a command is one line")
        let status = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: self.send(command)) }
        }
        guard let status else { throw PrivatePostgresError(.stopped, "the private PostgreSQL has been stopped") }
        let output = (try? String(contentsOfFile: folder + "/output", encoding: .utf8)) ?? ""
        return (status, output.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Ends the servers, removes the folder, and returns when all is gone.
    func stop() async {
        await withCheckedContinuation { continuation in
            queue.async {
                if let open = self.socket.withLock({ $0.take() }) {
                    shutdown(open, Int32(SHUT_WR))
                    _ = Self.wait(for: self.processID)
                    close(open)
                }
                continuation.resume()
            }
        }
    }

    private func send(_ command: String) -> Int32? {
        guard let open = socket.withLock({ $0 }) else { return nil }
        var bytes = Array((command + "\n").utf8)[...]
        while !bytes.isEmpty {
            let sent = bytes.withUnsafeBytes { Glibc.send(open, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return nil }
            bytes = bytes.dropFirst(sent)
        }
        return Self.readLine(from: open).flatMap { Int32($0) }
    }

    /// Reads up to the next line break; nil at end of file and when nothing came in time.
    private static func readLine(from descriptor: Int32) -> String? {
        var line: [UInt8] = []
        while true {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, commandTimeoutMilliseconds) > 0 else { return nil }
            var byte: UInt8 = 0
            guard read(descriptor, &byte, 1) == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
    }

    private static func spawn(
        script: String,
        argument: String,
        input: Int32
    ) throws(PrivatePostgresError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, input, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // Other children of this process tell by a closed descriptor that they have ended, as Foundation's `Process`
        // does: the supervisor outlives them and must hold none.
        for descriptor in 3..<min(getdtablesize(), descriptorsMax) {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        // Threads of Dispatch block signals, and a child inherits the mask.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | spawnInNewSession
        posix_spawnattr_setflags(&attributes, flags)

        // An environment of its own: PGOPTIONS and its like would reach the tools that set the server up.
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let environment = CStrings(["PATH=\(path)", "LC_ALL=C", "SCRIPT=\(script)"])
        let words = CStrings(["sh", "-c", "eval \"$SCRIPT\"", "martlet-postgres", argument])
        var processID: pid_t = 0
        let failure = posix_spawn(&processID, "/bin/sh", &actions, &attributes, words.pointers, environment.pointers)
        guard failure == 0 else {
            throw PrivatePostgresError(.setupFailed, "/bin/sh could not be started: \(systemError(failure))")
        }
        return processID
    }

    private static func wait(for processID: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(processID, &status, 0) == -1, errno == EINTR {}
        return status
    }

    private static func systemError(_ number: Int32) -> String {
        String(cString: strerror(number))
    }
}

/// Strings as C takes a list of them.
private struct CStrings: ~Copyable {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) {
        pointers = strings.map { strdup($0) } + [nil]
    }

    deinit {
        for pointer in pointers { free(pointer) }
    }
}
