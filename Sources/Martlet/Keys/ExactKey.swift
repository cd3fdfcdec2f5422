/// A key that, if it is a text, equals another only if both have the same bytes, as a database has it.
@usableFromInline
struct ExactKey<Key: Hashable & Sendable>: Hashable, Sendable {
    @usableFromInline let key: Key

    @inlinable
    init(_ key: Key) {
        self.key = key
    }

    /// Whether keys may differ here that are equal in Swift.
    @inlinable static var isFiner: Bool { Key.self == String.self }

    @inlinable
    static func == (lhs: ExactKey, rhs: ExactKey) -> Bool {
        if isFiner, let left = lhs.key as? String, let right = rhs.key as? String {
            return left.hasSameBytes(as: right)
        }
        return lhs.key == rhs.key
    }

    /// What is the same by its bytes is the same in Swift.
    @inlinable
    func hash(into hasher: inout Hasher) {
        key.hash(into: &hasher)
    }
}

extension ExactKey where Key: Comparable {
    /// An order in which no two different keys stand at one place, and which is otherwise that of the keys.
    static func precedes(_ lhs: Key, _ rhs: Key) -> Bool {
        if lhs < rhs { return true }
        guard let left = lhs as? String, let right = rhs as? String, left == right else { return false }
        return left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
