import MartletCore

/// How many rows the journeys have, and which belong together.
///
/// Each contact is enrolled in one journey of its tenant, and goes through its nodes in order; the last execution of
/// each waits. Enrolment 1 is the one that does not get on: it waits at node 3 since its beginning, and goes round
/// between nodes 1 and 2 of journey 1.
struct JourneysShape: Sendable, Hashable {
    var tenants: Int
    var contacts: Int
    var journeys: Int
    var executions: Int
    /// How often enrolment 1 has gone round.
    var rounds: Int
    var conversations: Int
    var messages: Int
    var callLogs: Int

    /// The figure of the source document's case.
    static let nodesPerJourney = 10
    /// Nodes that enrolment 1 goes through in each round, and where it should have gone instead.
    static let nodesPerRound = 2
    static let exitNode = 3
    /// Of the second node's executions in the loop, each fifth never ran: one in ten of the loop.
    static let roundsPerFailure = 5
    /// One message in twenty belongs to the first conversation.
    static let messagesPerBusyOne = 20

    init(size: CaseSize, dialect: Dialect) {
        switch (size, dialect) {
        case (.large, .sqlite):
            self.init(tenants: 12, contacts: 50_000, journeys: 125, executions: 500_000, rounds: 5_000)
        case (.large, _):
            self.init(tenants: 50, contacts: 200_000, journeys: 500, executions: 2_000_000, rounds: 5_000)
        default:
            self.init(tenants: 3, contacts: 1_000, journeys: 10, executions: 10_000, rounds: 500)
        }
    }

    /// Messages are half as many as executions, calls a quarter, as in the document's case.
    private init(tenants: Int, contacts: Int, journeys: Int, executions: Int, rounds: Int) {
        self.tenants = tenants
        self.contacts = contacts
        self.journeys = journeys
        self.executions = executions
        self.rounds = rounds
        conversations = contacts / 2
        messages = executions / 2
        callLogs = executions / 4
    }

    var nodes: Int { journeys * Self.nodesPerJourney }
    var enrolments: Int { contacts }

    func tenant(ofContact contact: Int) -> Int { (contact - 1) % tenants + 1 }
    func tenant(ofJourney journey: Int) -> Int { (journey - 1) % tenants + 1 }
    func journey(ofNode node: Int) -> Int { (node - 1) / Self.nodesPerJourney + 1 }
    func node(_ place: Int, ofJourney journey: Int) -> Int { (journey - 1) * Self.nodesPerJourney + place }

    /// Journeys of a tenant are taken by its contacts in turn.
    func journey(ofEnrolment enrolment: Int) -> Int {
        let tenant = tenant(ofContact: enrolment)
        let count = (journeys - tenant) / tenants + 1
        return tenant + tenants * ((enrolment - 1) / tenants % count)
    }

    /// Where the enrolment is: the place of its last execution.
    func currentPlace(ofEnrolment enrolment: Int) -> Int {
        enrolment == 1 ? 1 : (others - 1 - (enrolment - 2)) / (enrolments - 1) + 1
    }

    /// What an execution is of.
    struct Visit: Sendable, Hashable {
        var enrolment: Int
        /// The node's place within the journey, from 1.
        var place: Int
        /// Whether it has not run.
        var isWaiting: Bool
    }

    /// The loop's executions lie scattered among all others, as they would after months.
    func visit(ofExecution number: Int) -> Visit {
        if number == 1 { return Visit(enrolment: 1, place: Self.exitNode, isWaiting: true) }
        if number.isMultiple(of: stride) { return visit(inLoop: number / stride) }
        let other = number - 2 - number / stride
        let place = other / (enrolments - 1) + 1
        let isLast = other + enrolments - 1 >= others
        return Visit(enrolment: other % (enrolments - 1) + 2, place: place, isWaiting: isLast)
    }

    private func visit(inLoop number: Int) -> Visit {
        let isFirstNode = !number.isMultiple(of: Self.nodesPerRound)
        let round = (number + 1) / Self.nodesPerRound
        return Visit(
            enrolment: 1,
            place: isFirstNode ? 1 : 2,
            isWaiting: !isFirstNode && round.isMultiple(of: Self.roundsPerFailure)
        )
    }

    /// Executions between one of the loop and the next.
    private var stride: Int { executions / (rounds * Self.nodesPerRound) }
    /// Executions of all enrolments but the first.
    private var others: Int { executions - 1 - rounds * Self.nodesPerRound }

    func conversation(ofMessage message: Int) -> Int {
        message.isMultiple(of: Self.messagesPerBusyOne) ? 1 : message % (conversations - 1) + 2
    }

    /// Conversations are those of every second contact.
    func contact(ofConversation conversation: Int) -> Int { conversation * 2 - 1 }
}
