package import Foundation

/// Identifiers of the journeys' rows by their numbers, the same in every data set.
package enum JourneysID {
    package static func tenant(_ number: Int) -> UUID { UUID(table: 0x20, number: number) }
    package static func contact(_ number: Int) -> UUID { UUID(table: 0x21, number: number) }
    package static func journey(_ number: Int) -> UUID { UUID(table: 0x22, number: number) }
    package static func node(_ number: Int) -> UUID { UUID(table: 0x23, number: number) }
    /// A contact within a journey: a row of `journey_contacts`.
    package static func enrolment(_ number: Int) -> UUID { UUID(table: 0x24, number: number) }
    package static func execution(_ number: Int) -> UUID { UUID(table: 0x25, number: number) }
    package static func conversation(_ number: Int) -> UUID { UUID(table: 0x26, number: number) }
    package static func message(_ number: Int) -> UUID { UUID(table: 0x27, number: number) }
    package static func callLog(_ number: Int) -> UUID { UUID(table: 0x28, number: number) }
}
