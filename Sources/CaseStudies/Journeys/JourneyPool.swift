import Foundation
import Martlet
package import MartletCore

/// Row 2d: how many connections the server keeps.
package struct JourneyPool: Sendable {
    /// What the document raises its pool to.
    package static let documented = PoolPreset.journeys.configuration.max
    /// What it raises it from.
    package static let before = 40

    private let burst: JourneyBurst

    package init(_ burst: JourneyBurst) {
        self.burst = burst
    }

    /// The connections of a way.
    package func size(_ way: Way, on engine: any Engine) async throws -> Int {
        switch way {
        case .before, .fair: Self.before
        case .seed: Self.documented
        case .expert: try await advisedSize(on: engine)
        }
    }

    /// A session whose statements go through a pool of that size, all of it open.
    package func connect(_ way: Way, to engine: any Engine) async throws -> any Connection {
        let size = try await size(way, on: engine)
        let pool = Pool(engine, PoolConfiguration(min: size, max: size), access: .readOnly)
        do {
            return PoolSession(of: pool, beside: try await engine.connect(.readOnly))
        } catch {
            await pool.shutdown()
            throw error
        }
    }

    /// What `martlet pool advise --sweep` advises for one process, from where it is asked.
    ///
    /// Begins at the size by rule: fewer connections leave cores idle.
    private func advisedSize(on engine: any Engine) async throws -> Int {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        guard engine.dialect == .postgres else {
            return try await sweep(from: cores, upTo: PoolSweep.sizeMax, engine).knee ?? cores
        }
        let server = try await engine.withConnection(.readOnly) { try await PoolServer.read($0) }
        let rule = PoolAdvice(server: server, processes: 1, cores: server.isLocal ? cores : nil)
        let room = min(server.available - server.inUse, PoolSweep.sizeMax)
        let measured = try await sweep(from: rule.max, upTo: room, engine)
        return PoolAdvice(server: server, processes: 1, cores: nil, sweep: measured).max
    }

    private func sweep(from least: Int, upTo most: Int, _ engine: any Engine) async throws -> PoolSweepResult {
        var sweep = PoolSweep(
            sizes: [least] + PoolSweep.sizes(upTo: most).filter { $0 > least },
            statement: burst.statement(of: 0)
        )
        sweep.tasks = JourneyBurst.requests
        sweep.rounds = 3
        sweep.duration = .milliseconds(60)
        return try await sweep.run(engine)
    }
}
