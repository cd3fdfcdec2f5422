import Foundation
import MartletCore

/// The rows of the journeys: what is run, for which enrolment and tenant.
struct JourneysOperations: Sendable {
    let size: CaseSize

    /// A page of any list.
    private static let page = 50
    /// The last node of a journey, which few have reached.
    private static let lastNode = 10

    var all: [CaseOperation] {
        [
            step(id: "2a", ordinary, "an ordinary contact"),
            step(id: "2a-loop", exit, "the contact that goes round", faults: Self.beyondTen),
            lastVisits(id: "2b", loop(1), "the contact that goes round"),
            lastVisits(id: "2b-waiting", loop(2), "a contact of whom some executions never ran", faults: Self.nulls),
            burst, lookUp, calls, messages, contacts, enrolments, deletion,
        ] + caches
    }

    // MARK: Places

    private var tenant1: UUID { JourneysID.tenant(1) }

    /// Enrolment 1 between nodes 1 and 2 of journey 1.
    private func loop(_ node: Int) -> JourneySteps.Place {
        JourneySteps.Place(tenant: tenant1, enrolment: JourneysID.enrolment(1), node: JourneysID.node(node))
    }

    /// Where enrolment 1 has waited since its beginning.
    private var exit: JourneySteps.Place { loop(JourneysShape.exitNode) }

    /// Enrolment 2 at the node where it waits.
    private func ordinary(_ dialect: Dialect) -> JourneySteps.Place {
        let shape = JourneysShape(size: size, dialect: dialect)
        let node = shape.node(shape.currentPlace(ofEnrolment: 2), ofJourney: shape.journey(ofEnrolment: 2))
        return JourneySteps.Place(
            tenant: JourneysID.tenant(shape.tenant(ofContact: 2)),
            enrolment: JourneysID.enrolment(2),
            node: JourneysID.node(node)
        )
    }

    // MARK: Steps and loops

    private static let beyondTen = [
        CaseOperation.Fault(.seed, "looks at the newest ten executions, and what waits is older")
    ]
    private static let nulls = [Way.before, .seed]
        .map { CaseOperation.Fault($0, in: [.postgres], "takes executions that never ran for the latest") }

    private func step(
        id: String,
        _ place: @escaping @Sendable (Dialect) -> JourneySteps.Place,
        _ who: String,
        faults: [CaseOperation.Fault] = []
    ) -> CaseOperation {
        CaseOperation(
            id: id,
            title: "look up what \(who) has to do at a node",
            claimedRatio: 2...2,
            claim: "half the statements",
            change: .nothing,
            faults: faults,
            ways: Way.allCases
        ) { way, connection in
            let step = try await JourneySteps().step(at: place(connection.dialect), way, on: connection)
            return [[step.waiting.value, step.previous.value]]
        }
    }

    private func step(
        id: String,
        _ place: JourneySteps.Place,
        _ who: String,
        faults: [CaseOperation.Fault]
    ) -> CaseOperation {
        step(id: id, { _ in place }, who, faults: faults)
    }

    private func lastVisits(
        id: String,
        _ place: JourneySteps.Place,
        _ who: String,
        faults: [CaseOperation.Fault] = []
    ) -> CaseOperation {
        CaseOperation(
            id: id,
            title: "look whether \(who) was at a node of late",
            claimedRatio: 1.4...1.7,
            claim: "30-40 % faster (1.4-1.7x)",
            change: .nothing,
            faults: faults,
            ways: Way.allCases
        ) { way, connection in
            try await JourneyLoops().lastExecutions(at: place, way, on: connection)
        }
    }

    // MARK: Pool

    private var burst: CaseOperation {
        var operation = CaseOperation(
            id: "2d",
            title: "answer \(JourneyBurst.requests) requests that come at once",
            claimedRatio: 1.5...1.5,
            claim: "+50 % concurrent requests (1.5x)",
            change: .nothing,
            ways: [.before, .seed, .expert]
        ) { _, connection in
            try await JourneyBurst(for: connection.dialect).answers(on: connection)
        }
        operation.opening = { way, engine in
            try await JourneyPool(JourneyBurst(for: engine.dialect)).connect(way, to: engine)
        }
        operation.limit = "more connections than the server has cores to work for do no more, but wait in it"
        return operation
    }

    // MARK: Indexes

    private var lookUp: CaseOperation {
        let place = loop(1)
        return byIndexSet(id: "2e", "find the last three executions at a node") { connection in
            try await JourneyLists().lastExecutions(at: place, on: connection)
        }
    }

    private var calls: CaseOperation {
        let tenant = tenant1
        return byIndexSet(id: "2e-calls", "list the newest 50 failed calls of a tenant") { connection in
            try await JourneyLists().failedCalls(of: tenant, callsMax: Self.page, on: connection)
        }
    }

    private var messages: CaseOperation {
        byIndexSet(id: "2e-messages", "show the newest 50 messages of a conversation") { connection in
            try await JourneyLists().messages(of: JourneysID.conversation(1), messagesMax: Self.page, on: connection)
        }
    }

    private var contacts: CaseOperation {
        let tenant = tenant1
        return byIndexSet(id: "2e-contacts", "list the newest 50 contacts of a tenant") { connection in
            try await JourneyLists().contacts(of: tenant, contactsMax: Self.page, on: connection)
        }
    }

    private var enrolments: CaseOperation {
        let tenant = tenant1
        return byIndexSet(id: "2e-active", "count the contacts on their way in a journey") { connection in
            let journey = JourneysID.journey(1)
            let count = try await JourneyLists().activeEnrolments(in: journey, of: tenant, on: connection)
            return [[.integer(Int64(count))]]
        }
    }

    private var deletion: CaseOperation {
        let tenant = tenant1
        return byIndexSet(id: "2e-delete", "delete the last node of a journey", change: .rolledBack) { connection in
            let node = JourneysID.node(Self.lastNode)
            return [[.bool(try await JourneyLists().deleteNode(node, of: tenant, on: connection))]]
        }
    }

    private func byIndexSet(
        id: String,
        _ title: String,
        change: CaseOperation.Change = .nothing,
        body: @escaping @Sendable (any Connection) async throws -> [[Value]]
    ) -> CaseOperation {
        CaseOperation(
            id: id,
            title: title + ", by each index set",
            claimedRatio: 2...3.3,
            claim: "50-70 % faster (2-3.3x)",
            change: change,
            ways: [.before, .seed, .expert]
        ) { _, connection in
            try await body(connection)
        }
    }
}
