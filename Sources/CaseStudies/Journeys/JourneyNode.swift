package import Foundation

/// A step of a journey, as a server needs it to do it.
package struct JourneyNode: Sendable, Hashable {
    package var id: UUID
    package var journey: UUID
    package var type: String
    /// What it does, as JSON.
    package var config: String

    /// Bytes of its texts.
    package var bytes: Int { type.utf8.count + config.utf8.count }

    package init(id: UUID, journey: UUID, type: String, config: String) {
        self.id = id
        self.journey = journey
        self.type = type
        self.config = config
    }
}
