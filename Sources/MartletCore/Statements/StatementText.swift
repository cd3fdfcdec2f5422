internal import Glibc

/// A text as the key of a prepared statement: equal only byte by byte.
///
/// Strings are equal by characters: `'é'` in one and in two code points would be the same statement.
package struct StatementText: Hashable {
    package let text: String

    package init(_ text: String) {
        // Made contiguous once, so that comparing reads memory.
        var text = text
        text.makeContiguousUTF8()
        self.text = text
    }

    package static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.equals(rhs.text)
    }

    package func equals(_ other: String) -> Bool {
        guard text.utf8.count == other.utf8.count else { return false }
        let isEqual = text.utf8.withContiguousStorageIfAvailable { own in
            other.utf8.withContiguousStorageIfAvailable { other in
                guard let own = own.baseAddress, let base = other.baseAddress else { return true }
                return memcmp(own, base, other.count) == 0
            }
        }
        return (isEqual ?? nil) ?? text.utf8.elementsEqual(other.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        let isHashed: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if isHashed == nil { for byte in text.utf8 { hasher.combine(byte) } }
    }
}
