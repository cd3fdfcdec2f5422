package import Foundation

/// Identifiers of the render studio's rows by their numbers, the same in every data set.
package enum RendersID {
    package static func user(_ number: Int) -> UUID { UUID(table: 0x10, number: number) }
    package static func credits(_ number: Int) -> UUID { UUID(table: 0x11, number: number) }
    package static func plan(_ number: Int) -> UUID { UUID(table: 0x12, number: number) }
    package static func subscription(_ number: Int) -> UUID { UUID(table: 0x13, number: number) }
    package static func project(_ number: Int) -> UUID { UUID(table: 0x14, number: number) }
    package static func chain(_ number: Int) -> UUID { UUID(table: 0x15, number: number) }
    package static func render(_ number: Int) -> UUID { UUID(table: 0x16, number: number) }
    package static func galleryItem(_ number: Int) -> UUID { UUID(table: 0x17, number: number) }
}
