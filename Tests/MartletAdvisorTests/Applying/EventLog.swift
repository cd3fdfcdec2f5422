import MartletAdvisor
import Synchronization

/// Events in the order in which a runner told them.
final class EventLog: Sendable {
    private let events = Mutex<[MigrationEvent]>([])

    func add(_ event: MigrationEvent) {
        events.withLock { $0.append(event) }
    }

    var all: [MigrationEvent] { events.withLock(\.self) }
    var retries: Int { all.count { if case .retry = $0 { true } else { false } } }
    var cleared: [String] { all.compactMap { if case .clearingLeftover(let index) = $0 { index } else { nil } } }
}
