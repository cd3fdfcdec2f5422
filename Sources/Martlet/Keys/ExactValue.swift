internal import Foundation
public import MartletCore

/// A value that equals another only if the database gets the same from both.
///
/// Two texts are equal in Swift if they look the same, é as one scalar and as e with an accent; to a database they are
/// as different as their bytes.
@usableFromInline
struct ExactValue: Hashable {
    @usableFromInline let value: Value

    @usableFromInline
    init(_ value: Value) {
        self.value = value
    }

    @usableFromInline
    static func == (lhs: ExactValue, rhs: ExactValue) -> Bool {
        switch (lhs.value, rhs.value) {
        case (.text(let left), .text(let right)), (.json(let left), .json(let right)): left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { ExactValue($0) == ExactValue($1) }
        default: lhs.value == rhs.value
        }
    }

    /// What is the same by its bytes is the same in Swift.
    @usableFromInline
    func hash(into hasher: inout Hasher) {
        value.hash(into: &hasher)
    }

    /// Values without those that a database would take for the same, in the order of their first.
    @usableFromInline
    static func distinct(_ values: some Sequence<Value>) -> [Value] {
        var seen: Set<ExactValue> = []
        return values.filter { seen.insert(ExactValue($0)).inserted }
    }
}

extension String {
    /// Whether both are the same to a database, which compares bytes where Swift compares what is seen.
    @usableFromInline
    func hasSameBytes(as other: String) -> Bool {
        // A loop over the views takes some ten times as long, and each hit of a cache compares one key.
        let isSame = utf8.withContiguousStorageIfAvailable { bytes in
            other.utf8.withContiguousStorageIfAvailable { others in
                guard bytes.count == others.count else { return false }
                guard let start = bytes.baseAddress, let other = others.baseAddress else { return true }
                return memcmp(start, other, bytes.count) == 0
            }
        }
        return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}
