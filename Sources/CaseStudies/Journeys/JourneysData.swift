import Foundation
import MartletCore

/// Makes the rows of the journeys.
struct JourneysData: CaseData {
    let study = JourneysCaseStudy()
    let shape: JourneysShape
    let dialect: Dialect
    let seed: DataSeed

    /// Of a hundred executions that ran, how many failed.
    private static let failed = 3
    /// Of a hundred calls, how many failed, and how many were missed.
    private static let failedCalls = 2
    private static let missedCalls = 8
    private static let nodeTypes = ["TRIGGER", "SEND_SMS", "WAIT", "CONDITION", "CALL"]

    var tables: [GeneratedTable] {
        [tenants, contacts, journeys, nodes, enrolments, executions, conversations, messages, callLogs]
    }

    // MARK: Plans

    private var tenants: GeneratedTable {
        table("tenants", ["id", "name", "settings", "created_at", "updated_at"], shape.tenants) { [shape] in
            { number in
                let created = Value.timestamp(DataSeed.instant(number, of: shape.tenants))
                return [
                    .uuid(JourneysID.tenant(number)), .text("Tenant \(number)"),
                    .json(#"{"timeZone": "Europe/Zurich", "sender": "+4179000000\#(number)"}"#), created, created,
                ]
            }
        }
    }

    private var contacts: GeneratedTable {
        table("contacts", ["id", "tenant_id", "phone", "name", "created_at"], shape.contacts) { [shape] in
            { number in
                [
                    .uuid(JourneysID.contact(number)), .uuid(JourneysID.tenant(shape.tenant(ofContact: number))),
                    .text("+41790\(number)"), .text("Contact \(number)"),
                    .timestamp(DataSeed.instant(number, of: shape.contacts)),
                ]
            }
        }
    }

    private var journeys: GeneratedTable {
        let columns = ["id", "tenant_id", "name", "status", "created_at", "updated_at"]
        return table("journeys", columns, shape.journeys) { [shape] in
            { number in
                let created = Value.timestamp(DataSeed.instant(number, of: shape.journeys))
                return [
                    .uuid(JourneysID.journey(number)), .uuid(JourneysID.tenant(shape.tenant(ofJourney: number))),
                    .text("Journey \(number)"), "ACTIVE", created, created,
                ]
            }
        }
    }

    private var nodes: GeneratedTable {
        let columns = ["id", "tenant_id", "journey_id", "type", "config", "created_at", "updated_at"]
        return table("journey_nodes", columns, shape.nodes) { [shape] in
            { number in
                let journey = shape.journey(ofNode: number)
                let created = Value.timestamp(DataSeed.instant(number, of: shape.nodes))
                return [
                    .uuid(JourneysID.node(number)), .uuid(JourneysID.tenant(shape.tenant(ofJourney: journey))),
                    .uuid(JourneysID.journey(journey)), .text(Self.nodeTypes[number % Self.nodeTypes.count]),
                    .json(#"{"text": "Text \#(number)", "retries": 3}"#), created, created,
                ]
            }
        }
    }

    // MARK: Walks

    private var enrolments: GeneratedTable {
        let columns = [
            "id", "tenant_id", "journey_id", "contact_id", "current_node_id", "status", "created_at", "updated_at",
        ]
        return table("journey_contacts", columns, shape.enrolments) { [shape] in
            { number in
                let journey = shape.journey(ofEnrolment: number)
                let node = shape.node(shape.currentPlace(ofEnrolment: number), ofJourney: journey)
                let created = Value.timestamp(DataSeed.instant(number, of: shape.enrolments))
                // Three in five are on their way, the first among them.
                let status = ["PAUSED", "ACTIVE", "COMPLETED", "ACTIVE", "ACTIVE"][number % 5]
                return [
                    .uuid(JourneysID.enrolment(number)), .uuid(JourneysID.tenant(shape.tenant(ofContact: number))),
                    .uuid(JourneysID.journey(journey)), .uuid(JourneysID.contact(number)),
                    .uuid(JourneysID.node(node)), .text(status), created, created,
                ]
            }
        }
    }

    private var executions: GeneratedTable {
        let columns = [
            "id", "tenant_id", "journey_contact_id", "node_id", "status", "result", "error", "executed_at",
            "created_at",
        ]
        return table("journey_node_executions", columns, shape.executions) { [shape, seed] in
            var random = seed.generator(stream: 25)
            return { number in
                let visit = shape.visit(ofExecution: number)
                let node = shape.node(visit.place, ofJourney: shape.journey(ofEnrolment: visit.enrolment))
                let created = DataSeed.instant(number, of: shape.executions)
                let delay = Int64.random(in: 200_000...9_000_000, using: &random)
                let hasFailed = Int.random(in: 0..<100, using: &random) < Self.failed && !visit.isWaiting
                let executed = Timestamp(microsecondsSince1970: created.microsecondsSince1970 + delay)
                return [
                    .uuid(JourneysID.execution(number)),
                    .uuid(JourneysID.tenant(shape.tenant(ofContact: visit.enrolment))),
                    .uuid(JourneysID.enrolment(visit.enrolment)), .uuid(JourneysID.node(node)),
                    visit.isWaiting ? "PENDING" : hasFailed ? "FAILED" : "COMPLETED",
                    visit.isWaiting ? .null : .json(#"{"segments": 1, "provider": "sms-\#(number % 3)"}"#),
                    hasFailed ? "the provider gave no answer in time" : .null,
                    visit.isWaiting ? .null : .timestamp(executed), .timestamp(created),
                ]
            }
        }
    }

    // MARK: Talks

    private var conversations: GeneratedTable {
        let columns = ["id", "tenant_id", "contact_id", "created_at"]
        return table("conversations", columns, shape.conversations) { [shape] in
            { number in
                let contact = shape.contact(ofConversation: number)
                return [
                    .uuid(JourneysID.conversation(number)),
                    .uuid(JourneysID.tenant(shape.tenant(ofContact: contact))), .uuid(JourneysID.contact(contact)),
                    .timestamp(DataSeed.instant(number, of: shape.conversations)),
                ]
            }
        }
    }

    private var messages: GeneratedTable {
        let columns = ["id", "tenant_id", "conversation_id", "direction", "body", "status", "created_at"]
        return table("messages", columns, shape.messages) { [shape, seed] in
            var random = seed.generator(stream: 27)
            let prose = Prose(using: &random)
            return { number in
                let conversation = shape.conversation(ofMessage: number)
                let contact = shape.contact(ofConversation: conversation)
                return [
                    .uuid(JourneysID.message(number)), .uuid(JourneysID.tenant(shape.tenant(ofContact: contact))),
                    .uuid(JourneysID.conversation(conversation)), number % 3 == 0 ? "INBOUND" : "OUTBOUND",
                    .text(prose.excerpt(using: &random)), "DELIVERED",
                    .timestamp(DataSeed.instant(number, of: shape.messages)),
                ]
            }
        }
    }

    private var callLogs: GeneratedTable {
        let columns = ["id", "tenant_id", "contact_id", "status", "duration_seconds", "created_at"]
        return table("call_logs", columns, shape.callLogs) { [shape, seed] in
            var random = seed.generator(stream: 28)
            return { number in
                let contact = number % shape.contacts + 1
                let percent = Int.random(in: 0..<100, using: &random)
                let status =
                    percent < Self.failedCalls
                    ? "FAILED" : percent < Self.failedCalls + Self.missedCalls ? "MISSED" : "COMPLETED"
                return [
                    .uuid(JourneysID.callLog(number)), .uuid(JourneysID.tenant(shape.tenant(ofContact: contact))),
                    // Half of the callers are not known.
                    number.isMultiple(of: 2) ? .null : .uuid(JourneysID.contact(contact)), .text(status),
                    .integer(Int64.random(in: 0...600, using: &random)),
                    .timestamp(DataSeed.instant(number, of: shape.callLogs)),
                ]
            }
        }
    }
}
