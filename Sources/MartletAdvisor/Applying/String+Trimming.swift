extension String {
    /// The text without the characters at its end for which the predicate holds.
    func droppingSuffix(while isDropped: (Character) -> Bool) -> String {
        var kept = self[...]
        while let last = kept.last, isDropped(last) { kept.removeLast() }
        return String(kept)
    }
}
