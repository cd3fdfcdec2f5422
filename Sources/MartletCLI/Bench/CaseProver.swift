import CaseStudies
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
    /// Each way has a connection of its own to its database, and runs on the engine's event loop if there is one, as
    /// the library offers it to applications.
    func prove(_ operation: CaseOperation, on engine: (Way) -> any Engine) async throws -> [Way: Proof] {
        let others = [Way.fair, .seed, .expert].compactMap { way in operation.measured(way).map { (way, $0) } }
        guard let before = operation.measured(.before), !others.isEmpty else { return [:] }
        var connections: [any Connection] = []
        do {
            var contenders: [Prover.Contender] = []
            for (way, measured) in [(.before, before)] + others {
                let engine = engine(way)
                let connection = try await operation.connect(way, to: engine.delayed(by: roundTripTime))
                connections.append(connection)
                let executor = (engine as? PostgresEngine)?.taskExecutor
                contenders.append(Prover.Contender(measured, on: connection, executor: executor))
            }
            let proofs = try await Prover(settings: settings)
                .prove(before: contenders[0], against: Array(contenders.dropFirst()))
            for connection in connections { await connection.close() }
            return Dictionary(uniqueKeysWithValues: zip(others.map(\.0), proofs))
        } catch {
            for connection in connections { await connection.close() }
            throw error
        }
    }
}
