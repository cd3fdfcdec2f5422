import CaseStudies
import MartletCore
import Synchronization

/// What the database does for an operation: pages on PostgreSQL, steps of the virtual machine on SQLite.
struct StatementWork {
    /// Pages or steps of all statements.
    let amount: Int
    /// The plan of each statement.
    let plans: [Plan]

    /// All steps of all plans.
    var nodes: [PlanNode] { plans.flatMap(\.nodes) }

    /// Whether any table is read as a whole.
    var readsWholeTable: Bool { nodes.contains { $0.kind == .sequentialScan && $0.table != nil } }

    /// Runs a way of an operation once in a transaction that is rolled back, then explains each of its statements.
    static func of(_ id: String, _ way: Way, on fixture: CaseFixture) async throws -> StatementWork {
        let operation = try fixture.operation(id)
        let collector = Collector()
        guard let body = operation.ways[way] else { return StatementWork(amount: 0, plans: []) }
        return try await fixture.engine.withConnection(.readWrite) { connection in
            try await connection.run("BEGIN")
            _ = try await body(ObservedConnection(connection, observer: collector))
            try await connection.run("ROLLBACK")
            return try await explain(collector.statements.withLock { $0 }, on: connection)
        }
    }

    /// Explains statements with their values; the second run of each counts, when all pages are at hand.
    static func explain(_ statements: [BoundStatement], on connection: any Connection) async throws -> StatementWork {
        var plans: [Plan] = []
        for statement in statements {
            _ = try await connection.explain(statement, analyze: true)
            plans.append(try await connection.explain(statement, analyze: true))
        }
        let amount = plans.reduce(0) { $0 + ($1.buffers?.total ?? $1.virtualMachineSteps ?? 0) }
        return StatementWork(amount: amount, plans: plans)
    }

    /// Keeps the statements of an operation.
    final class Collector: ConnectionObserver, CallObservation {
        let statements = Mutex<[BoundStatement]>([])

        func willSend(_ statements: [BoundStatement], dialect: Dialect) -> any CallObservation {
            self.statements.withLock { $0 += statements }
            return self
        }

        func received(_ rows: Rows, ofStatementAt position: Int) {}

        func ended(_ error: (any Error)?) async {}
    }
}
