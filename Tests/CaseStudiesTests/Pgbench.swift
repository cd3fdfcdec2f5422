import Foundation
import MartletTesting
import Testing

/// PostgreSQL's own load test, against a private server.
struct Pgbench {
    /// What a run left behind.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    private let program: String
    private let server: PrivatePostgres
    private let database: String

    /// Where it is not installed, the test is cancelled with the reason.
    init(server: PrivatePostgres, database: String) throws {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        guard let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: "\($0)/pgbench") })
        else { try Test.cancel("pgbench is not installed") }
        program = "\(folder)/pgbench"
        self.server = server
        self.database = database
    }

    func run(_ arguments: [String]) async throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("martlet-pgbench-\(UUID().uuidString.lowercased())", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (output, errors) = (folder.appendingPathComponent("out"), folder.appendingPathComponent("err"))
        for file in [output, errors] { try Data().write(to: file) }
        let processID = try SpawnedProcess.start(
            [program] + arguments + [server.connectionString(database: database)],
            environment: ProcessInfo.processInfo.environment,
            folder: folder.path,
            output: output.path,
            errors: errors.path
        )
        let status = await SpawnedProcess.end(of: processID)
        return Outcome(
            status: status,
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        )
    }
}
