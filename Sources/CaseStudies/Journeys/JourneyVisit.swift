package import Foundation

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
