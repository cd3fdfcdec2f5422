import CaseStudies
import MartletAdvisor
import MartletCore

/// Measures the operations of an application in all their ways, and what each way costs.
struct Bench: Sendable {
    let study: any CaseStudy
    let settings: BenchSettings
    let terminal: Terminal

    /// Timed runs of each way at the most: with two hundred, two lie beyond the 99th percentile.
    private static let roundsMax = 200

    /// Measures all; what cannot be measured says why, and the rest goes on.
    func run() async throws -> BenchResult {
        let stopwatch = ContinuousClock.now
        terminal.progress("building \(study.name)")
        let stage = try await BenchStage.build(study, settings) { terminal.progress($0) }
        do {
            let version = try await stage.engine(.before).withConnection(.readOnly) { try await $0.catalog().version }
            let built = ContinuousClock.now - stopwatch
            terminal.endProgress()
            terminal.note("\(study.name) on \(settings.dialect.rawValue): built in \(Figures.duration(built))")
            let rows = try await measure(on: stage)
            let waits = try await measureWaits(on: stage)
            terminal.progress("measuring what each way costs")
            let costs = try await BenchCosts(study: study, settings: settings).measure(on: stage)
            terminal.endProgress()
            await stage.strike()
            return BenchResult(
                study: study.name,
                version: version,
                settings: settings,
                indexes: stage.indexes,
                rows: rows,
                waits: waits,
                costs: costs,
                duration: .now - stopwatch
            )
        } catch {
            await stage.strike()
            throw error
        }
    }

    private var operations: [CaseOperation] {
        study.operations(of: settings.size, for: settings.dialect).filter(settings.includes)
    }

    private func measureWaits(on stage: BenchStage) async throws -> [BystanderWait] {
        var waits: [BystanderWait] = []
        for operation in operations where operation.bystander != nil {
            terminal.progress("measuring how long others wait beside \(operation.id)")
            do {
                waits += try await BystanderProbe(operation: operation, time: settings.rowTime).measure(on: stage)
            } catch let error as EngineError where error.code != .cancelled {
                terminal.endProgress()
                terminal.note("  \(operation.id), how long others wait: not measured: \(error.message)")
            }
        }
        return waits
    }

    private func measure(on stage: BenchStage) async throws -> [BenchRow] {
        var rows: [BenchRow] = []
        for (number, operation) in operations.enumerated() {
            for roundTripTime in settings.roundTripTimes {
                let isNear = roundTripTime == .zero
                let distance = isNear ? "" : ", \(Figures.duration(roundTripTime)) away"
                terminal.progress("measuring \(operation.id)\(distance) (\(number + 1) of \(operations.count))")
                let row = try await measure(operation, roundTripTime, on: stage)
                terminal.endProgress()
                terminal.note("  \(operation.id)\(distance): \(row.verdictText)")
                rows.append(row)
            }
        }
        return rows
    }

    private func measure(
        _ operation: CaseOperation,
        _ roundTripTime: Duration,
        on stage: BenchStage
    ) async throws -> BenchRow {
        do {
            let settings = Prover.Settings(roundsMax: Self.roundsMax, timeMax: settings.rowTime)
            let proof = try await CaseProver(settings: settings, roundTripTime: roundTripTime, measuresFloor: true)
                .prove(operation, on: stage.engine)
            return BenchRow(operation, roundTripTime, self.settings.dialect, proof)
        } catch let error as EngineError where error.code != .cancelled {
            return BenchRow(operation, roundTripTime, settings.dialect, failure: error.message)
        }
    }
}
