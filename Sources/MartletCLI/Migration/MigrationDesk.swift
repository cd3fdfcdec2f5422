import Foundation
import MartletAdvisor
import MartletCore

/// A runner of migrations that tells a terminal what it does.
struct MigrationDesk: Sendable {
    let engine: any Engine
    let terminal: Terminal

    /// Microseconds of the system's clock.
    static func now() -> Timestamp {
        Timestamp(microsecondsSince1970: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    /// A runner that tells each step.
    var runner: MigrationRunner {
        runner { [terminal] in Self.tell($0, terminal) }
    }

    /// A runner that tells nothing.
    var quietRunner: MigrationRunner {
        runner { _ in }
    }

    private func runner(_ events: @escaping @Sendable (MigrationEvent) -> Void) -> MigrationRunner {
        MigrationRunner(engine: engine, clock: Self.now, sleep: { try await Task.sleep(for: $0) }, events: events)
    }

    private static func tell(_ event: MigrationEvent, _ terminal: Terminal) {
        switch event {
        case .stepBegins(let number, let of, let direction, let sql, let lock):
            let arrow = direction == .up ? "▲" : "▼"
            terminal.note("  \(arrow) step \(number) of \(of): \(OneLine.text(sql, width: 100))")
            terminal.note("    lock: \(lock)")
        case .stepDone(_, _, _, let found):
            if found { terminal.note("    it was so already") }
        case .stepSkipped(let number, let of, _, let reason):
            terminal.note("    step \(number) of \(of) needs nothing: \(reason)")
        case .retry(let attempt, let of, let pause, let reason):
            terminal.note("    \(reason); attempt \(attempt) of \(of) follows in \(Figures.duration(pause))")
        case .waitingForRunner(let holder, let attempt, let of):
            terminal.note("  waiting for another runner (\(holder)), \(attempt) of \(of)")
        case .clearingLeftover(let index):
            terminal.note("    dropping what an interrupted build left of \(index)")
        case .building(let index, let phase, let ratio):
            terminal.progress("    \(index): \(phase) \(ratio.map { Figures.percent($0) } ?? "")")
        case .verifying(let queries):
            terminal.note("  verifying with \(Figures.count(queries, "query", "queries"))")
        }
    }
}
