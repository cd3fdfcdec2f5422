import Foundation
import Martlet
import MartletTesting
import Testing

@Suite("Cache: real processes")
struct ProcessTests {
    /// Longer runs meet more: a minute in `MARTLET_PROCESS_SECONDS`.
    private static let seconds =
        ProcessInfo.processInfo.environment["MARTLET_PROCESS_SECONDS"].flatMap { Int($0) } ?? 2

    @Test(
        "none reads what is older than the bound after another's acknowledged write, and each its own writes at once",
        arguments: RedisFixture.Kind.allCases,
        [false, true]
    )
    func coherence(kind: RedisFixture.Kind, isSharing: Bool) async throws {
        let fixture = try await RedisFixture(kind)
        let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-members-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = Bundle(for: Guarded<Int>.self).bundleURL.appending(path: "CacheMember")
        try #require(FileManager.default.isExecutableFile(atPath: program.path), "\(program.path) was not built")
        var processes: [pid_t] = []
        for number in 0..<2 {
            let output = folder.appending(path: "\(number)").path
            #expect(FileManager.default.createFile(atPath: output, contents: nil))
            let words = [fixture.location, isSharing ? fixture.redis.socket : "-", "\(number)", "2", "\(Self.seconds)"]
            processes.append(
                try SpawnedProcess.start(
                    [program.path] + words,
                    environment: ProcessInfo.processInfo.environment,
                    folder: "/",
                    output: output,
                    errors: output
                )
            )
        }
        var records = MemberRecords()
        for (number, process) in processes.enumerated() {
            let status = await SpawnedProcess.end(of: process)
            let text = try String(contentsOf: folder.appending(path: "\(number)"), encoding: .utf8)
            try #require(status == 0, "\(text.prefix(2_000))")
            records.add(text, process: number)
        }
        print("\(kind), \(isSharing ? "with" : "without") Redis: \(records)")
        #expect(records.missedOwn == 0)
        #expect(records.stale(after: CacheFeedOptions().stalenessMax) == 0)
        #expect(records.writes > 20 && records.hits > 100 && (records.sharedHits > 0) == isSharing)
    }
}
