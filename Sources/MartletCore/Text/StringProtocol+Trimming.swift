extension StringProtocol {
    /// The text without the characters at its end for which the predicate holds.
    package func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> SubSequence {
        guard let last = lastIndex(where: { !isTrimmed($0) }) else { return self[..<startIndex] }
        return self[...last]
    }
}
