package import Foundation

/// Whose journey it is.
package struct JourneyTenant: Sendable, Hashable {
    package var id: UUID
    package var name: String

    /// Bytes of its texts.
    package var bytes: Int { name.utf8.count }

    package init(id: UUID, name: String) {
        self.id = id
        self.name = name
    }
}
