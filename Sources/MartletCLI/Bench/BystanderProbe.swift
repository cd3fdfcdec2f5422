import CaseStudies
import MartletAdvisor
import MartletCore
import MartletLoad
import MartletPostgres

/// Measures how long other users wait while an operation runs again and again, beside how long they wait otherwise.
struct BystanderProbe: Sendable {
    let operation: CaseOperation
    /// Time for all rounds of a way; a little more where that is too short for a percentile.
    let time: Duration

    /// Rounds of each way; in each the others are alone for one half of the time.
    private static let rounds = 5
    /// Requests of the others in a second: few enough that they do not wait for each other.
    static let rate = 200.0
    /// The shortest time that the others are asked for at once: some forty requests.
    private static let lengthMin = Duration.milliseconds(200)

    /// Measures all ways in turn, without distance; nothing where others ask for nothing.
    func measure(on stage: BenchStage) async throws -> [BystanderWait] {
        guard let bystander = operation.bystander else { return [] }
        let request = LoadOperation(name: "bystander") { _, connection in _ = try await bystander(connection) }
        let ways = Way.allCases.filter { operation.ways[$0] != nil }
        var alone: [Way: [LatencyHistogram]] = [:]
        var beside: [Way: [LatencyHistogram]] = [:]
        for round in 0..<Self.rounds {
            for way in round.isMultiple(of: 2) ? ways : ways.reversed() {
                try Task.checkCancellation()
                alone[way, default: []].append(try await others(request, stage.engine(way), seed: round))
                beside[way, default: []].append(try await others(request, beside: way, stage.engine(way), seed: round))
            }
        }
        return ways.map { wait($0, alone: alone[$0] ?? [], beside: beside[$0] ?? []) }
    }

    /// The requests of the others for a while.
    private func others(_ request: LoadOperation, _ engine: any Engine, seed: Int) async throws -> LatencyHistogram {
        let length = max(Self.lengthMin, time / (2 * Self.rounds))
        let settings = LoadSettings(
            connections: 1,
            length: .duration(length),
            rate: Self.rate,
            warmUp: length / 10,
            seed: UInt64(seed)
        )
        let result = try await LoadRunner([request], settings: settings)
            .run(on: engine, access: .readOnly, executors: (engine as? PostgresEngine)?.taskExecutors ?? [])
        if result.isInterrupted { throw CancellationError() }
        guard result.failures == 0, result.completed > 0 else {
            throw EngineError(.other, result.operations[0].firstFailure ?? "nobody else was answered")
        }
        return result.latency
    }

    /// The same while the operation runs in the same process, on PostgreSQL on the same event loop.
    private func others(
        _ request: LoadOperation,
        beside way: Way,
        _ engine: any Engine,
        seed: Int
    ) async throws -> LatencyHistogram {
        try await operation.withConnection(way, to: engine) { connection in
            try await withThrowingTaskGroup(of: LatencyHistogram?.self) { group in
                group.addTask {
                    try await withTaskExecutorPreference((engine as? PostgresEngine)?.taskExecutor) {
                        while !Task.isCancelled { try await operation.runLeavingNothing(way, on: connection) }
                        return nil
                    }
                }
                group.addTask { try await others(request, engine, seed: seed) }
                guard let histogram = try await group.next() ?? nil else { throw CancellationError() }
                group.cancelAll()
                return histogram
            }
        }
    }

    private func wait(_ way: Way, alone: [LatencyHistogram], beside: [LatencyHistogram]) -> BystanderWait {
        func times(_ rounds: [LatencyHistogram]) -> BystanderWait.Times {
            func median(_ percentage: Double) -> Double {
                OrderStatistics(rounds.map { $0.percentile(percentage).seconds }).median
            }
            return BystanderWait.Times(medianSeconds: median(50), p95Seconds: median(95))
        }
        let ratios = OrderStatistics(zip(alone, beside).map { $1.percentile(95) / $0.percentile(95) })
        return BystanderWait(
            row: operation.id,
            way: way,
            alone: times(alone),
            beside: times(beside),
            p95Ratio: ratios.median,
            p95RatioRange: ratios.minimum...ratios.maximum
        )
    }
}
