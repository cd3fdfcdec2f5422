package import Foundation

/// Whose journey it is.
package struct JourneyTenant: Sendable, Hashable {
    package var id: UUID
    package var name: String

    package init(id: UUID, name: String) {
        self.id = id
        self.name = name
    }
}
