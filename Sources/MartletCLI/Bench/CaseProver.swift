import CaseStudies
import Martlet
import MartletAdvisor
import MartletCore
import MartletPostgres

/// Measures an operation of an application in all its ways, in turn, in one run.
struct CaseProver: Sendable {
    let settings: Prover.Settings
    /// Added to each round trip.
    let roundTripTime: Duration

    /// Before against each other way; nothing where there is nothing to compare.
    ///
    /// Each way has a connection of its own to its database, and runs on the event loop of PostgreSQL's, as the library
    /// offers it to applications.
    func prove(_ operation: CaseOperation, on engine: (Way) -> any Engine) async throws -> [Way: Proof] {
        let ways = [Way.fair, .seed, .expert].filter { operation.ways[$0] != nil }
        guard operation.ways[.before] != nil, !ways.isEmpty else { return [:] }
        var connections: [any Connection] = []
        do {
            var contenders: [Prover.Contender] = []
            for way in [.before] + ways {
                guard let measured = operation.measured(way) else { continue }
                let engine = engine(way)
                let connection = try await operation.connect(way, to: delayed(engine))
                connections.append(connection)
                let executor = (engine as? PostgresEngine)?.taskExecutor
                contenders.append(Prover.Contender(measured, on: connection, executor: executor))
            }
            let proofs = try await Prover(settings: settings)
                .prove(before: contenders[0], against: Array(contenders.dropFirst()))
            for connection in connections { await connection.close() }
            return Dictionary(uniqueKeysWithValues: zip(ways, proofs))
        } catch {
            for connection in connections { await connection.close() }
            throw error
        }
    }

    private func delayed(_ engine: any Engine) -> any Engine {
        roundTripTime > .zero ? DelayedEngine(engine, roundTripTime: roundTripTime) : engine
    }
}
