extension RandomAccessCollection where Element == SQLWord, Index == Int {
    /// The position of the parenthesis that closes the one at `open`; nil where none does.
    package func closing(_ open: Int) -> Int? {
        var depth = 0
        return self[open...]
            .firstIndex { word in
                if word.isSymbol("(") { depth += 1 }
                if word.isSymbol(")") { depth -= 1 }
                return depth == 0
            }
    }

    /// The parts between the commas that stand in no parentheses.
    package func splitAtCommas() -> [SubSequence] {
        var depth = 0
        return split { word in
            if word.isSymbol("(") { depth += 1 }
            if word.isSymbol(")") { depth -= 1 }
            return depth == 0 && word.isSymbol(",")
        }
    }
}
