import MartletCore

/// Names of the journeys' tables.
struct JourneysTables: Sendable {
    let tenants: QualifiedName
    let contacts: QualifiedName
    let journeys: QualifiedName
    let nodes: QualifiedName
    let enrolments: QualifiedName
    let executions: QualifiedName
    let messages: QualifiedName
    let callLogs: QualifiedName
    /// An expression for the instant of the statement.
    let now: String

    init(_ dialect: Dialect) {
        let study = JourneysCaseStudy()
        tenants = study.table("tenants", in: dialect)
        contacts = study.table("contacts", in: dialect)
        journeys = study.table("journeys", in: dialect)
        nodes = study.table("journey_nodes", in: dialect)
        enrolments = study.table("journey_contacts", in: dialect)
        executions = study.table("journey_node_executions", in: dialect)
        messages = study.table("messages", in: dialect)
        callLogs = study.table("call_logs", in: dialect)
        now = SchemaWriter(schema: study.name, dialect: dialect).now
    }
}
