import Foundation

/// What this process holds, as /proc says.
enum ProcessResources {
    static var descriptors: Int { count("/proc/self/fd") }
    static var threads: Int { count("/proc/self/task") }

    /// Memory that is really there (VmRSS).
    static var memoryBytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let match = status.firstMatch(of: /VmRSS:\s+([0-9]+) kB/)
        return (match.flatMap { Int($0.1) } ?? 0) * 1_024
    }

    private static func count(_ folder: String) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: folder))?.count ?? 0
    }
}
