package import Foundation

/// Identifiers of the rows by their numbers, the same in every data set.
package enum AuthChatID {
    package static func user(_ number: Int) -> UUID { UUID(table: 0x40, number: number) }
    package static func token(_ number: Int) -> UUID { UUID(table: 0x41, number: number) }
    package static func session(_ number: Int) -> UUID { UUID(table: 0x42, number: number) }
    package static func conversation(_ number: Int) -> UUID { UUID(table: 0x43, number: number) }
    package static func conversationSession(_ number: Int) -> UUID { UUID(table: 0x44, number: number) }
    package static func message(_ number: Int) -> UUID { UUID(table: 0x45, number: number) }
    package static func component(_ number: Int) -> UUID { UUID(table: 0x46, number: number) }
    package static func interaction(_ number: Int) -> UUID { UUID(table: 0x47, number: number) }
    package static func response(_ number: Int) -> UUID { UUID(table: 0x48, number: number) }
}
