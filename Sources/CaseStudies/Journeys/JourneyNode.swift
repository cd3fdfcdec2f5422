package import Foundation

/// A step of a journey, as a server needs it to do it.
package struct JourneyNode: Sendable, Hashable {
    package var id: UUID
    package var journey: UUID
    package var type: String
    /// What it does, as JSON.
    package var config: String

    package init(id: UUID, journey: UUID, type: String, config: String) {
        self.id = id
        self.journey = journey
        self.type = type
        self.config = config
    }
}

/// Whose journey it is.
package struct JourneyTenant: Sendable, Hashable {
    package var id: UUID
    package var name: String

    package init(id: UUID, name: String) {
        self.id = id
        self.name = name
    }
}

/// A node that is asked for on behalf of a tenant.
package struct JourneyVisit: Sendable, Hashable {
    package var tenant: UUID
    package var journey: UUID
    package var node: UUID

    package init(tenant: UUID, journey: UUID, node: UUID) {
        self.tenant = tenant
        self.journey = journey
        self.node = node
    }
}
