/// A stretch of an order that one index condition describes.
struct KeysetPart: Sendable, Hashable {
    /// The condition that its rows meet.
    let condition: String
    /// Its order, as terms of ORDER BY.
    let order: String
}
