import CaseStudies
import MartletAdvisor
import MartletCore
import MartletPostgres

/// Measures an operation of an application in all its ways, in turn, in one run.
struct CaseProver: Sendable {
    let settings: Prover.Settings
    /// Added to each round trip.
    let roundTripTime: Duration
    /// Whether what no way can save is measured as well.
    var measuresFloor = false

    /// Before against each other way; nothing where there is nothing to compare.
    ///
    /// Each way has connections of its own to its database, and runs on the engine's event loop if there is one, as
    /// the library offers it to applications.
    func prove(_ operation: CaseOperation, on engine: (Way) -> any Engine) async throws -> CaseProof {
        let others = [Way.fair, .seed, .expert].compactMap { way in operation.measured(way).map { (way, $0) } }
        guard let before = operation.measured(.before), !others.isEmpty else { return CaseProof() }
        let floor = floor(of: operation)
        let all = [(.before, before)] + others + (floor.map { [(.expert, $0)] } ?? [])
        var opened: [any Connection] = []
        do {
            var contenders: [Prover.Contender] = []
            for (way, measured) in all {
                let connections = try await connect(operation, way, engine(way), &opened)
                let executor = (engine(way) as? PostgresEngine)?.taskExecutor
                contenders.append(Prover.Contender(measured, on: connections, executor: executor))
            }
            let proofs = try await Prover(settings: settings)
                .prove(before: contenders[0], against: Array(contenders.dropFirst()))
            for connection in opened { await connection.close() }
            return CaseProof(
                proofs: Dictionary(uniqueKeysWithValues: zip(others.map(\.0), proofs)),
                floor: floor.flatMap { floor in proofs.last.map { (floor.name, $0.after) } }
            )
        } catch {
            for connection in opened { await connection.close() }
            throw error
        }
    }

    /// What the operation knows, or without distance what it costs to ask at all; with it, that is the distance.
    private func floor(of operation: CaseOperation) -> MeasuredOperation? {
        guard measuresFloor else { return nil }
        if let floor = operation.floor { return MeasuredOperation(floor.name) { Outcome(try await floor.body($0)) } }
        guard operation.opening == nil, roundTripTime == .zero else { return nil }
        return MeasuredOperation("an empty round trip") { Outcome(try await $0.run("SELECT 1")) }
    }

    private func connect(
        _ operation: CaseOperation,
        _ way: Way,
        _ engine: any Engine,
        _ opened: inout [any Connection]
    ) async throws -> [any Connection] {
        // What is made for one session could be in the way of another.
        let count = operation.opening == nil ? settings.sessions : 1
        for _ in 0..<count {
            opened.append(try await operation.connect(way, to: engine.delayed(by: roundTripTime)))
        }
        return Array(opened.suffix(count))
    }
}

extension CaseOperation {
    /// One way of it as the prover takes it; nil if there is none.
    func measured(_ way: Way) -> MeasuredOperation? {
        guard let body = ways[way] else { return nil }
        let change: MeasuredOperation.Change = change == .nothing ? .nothing : .rolledBack
        return MeasuredOperation("\(id) \(way.rawValue)", change: change) { Outcome(try await body($0)) }
    }
}
