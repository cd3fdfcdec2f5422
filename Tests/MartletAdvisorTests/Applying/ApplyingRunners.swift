import MartletAdvisor
import MartletCore
import Synchronization
import Testing

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

extension ApplyingDatabase {
    /// 2024-05-06 07:08:09 UTC.
    static let moment = Timestamp(microsecondsSince1970: 1_714_979_289_000_000)

    static let hasty = MigrationPolicy(
        lockTimeout: .milliseconds(100),
        attempts: 4,
        runnerLockAttempts: 3,
        progressPause: nil
    )

    /// A runner that pauses only as long as the body of `sleep` takes.
    func runner(
        on other: (any Engine)? = nil,
        policy: MigrationPolicy = ApplyingDatabase.hasty,
        log: EventLog = EventLog(),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { _ in try await Task.sleep(for: .milliseconds(1))
        }
    ) -> MigrationRunner {
        MigrationRunner(
            engine: other ?? engine,
            policy: policy,
            clock: { Self.moment },
            sleep: sleep,
            events: { log.add($0) }
        )
    }

    func plan(_ remedy: Remedy) throws -> MigrationPlan {
        try MigrationPlanner(catalog: catalog).plan(remedy)
    }

    func migration(_ remedy: Remedy, finding: String = "foreign-key-without-index/orders") throws -> Migration {
        Migration(try plan(remedy), finding: finding, dialect: dialect, createdAt: Self.moment)
    }

    /// A partial index over quoted names in both directions.
    var definition: IndexDefinition {
        IndexDefinition(
            name: "New \"Index\"",
            table: table,
            keys: [Index.Key("User Id"), Index.Key("placed", isDescending: true), Index.Key("e\"mail")],
            predicate: "\"User Id\" > 2"
        )
    }

    func entry(_ id: String) async throws -> JournalEntry? {
        try await runner().status().entries.first { $0.id == id }
    }

    /// Runs a body that must fail with a MigrationError and returns it.
    func failure(_ body: () async throws -> Void) async throws -> MigrationError {
        do {
            try await body()
        } catch let error as MigrationError {
            return error
        }
        struct NothingFailed: Error {}
        throw NothingFailed()
    }
}
