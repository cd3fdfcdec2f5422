import MartletCore

/// What a condition says, word by word: equal only for conditions that the same rows meet.
///
/// Passed over are letter case outside quotes, blanks, comments, parentheses around the whole or around a part that an
/// AND joins, and the order of such parts. Anything else that differs makes two conditions different, also where they
/// mean the same: whoever takes two for one may drop an index that others need.
struct ConditionWording: Hashable {
    /// Both dialects must agree, because each reads comments and quotes in its own way.
    private let parts: [Set<String>]

    init(_ text: String) {
        parts = Dialect.allCases.map { dialect in
            let words = SQLWord.words(of: text, dialect: dialect)
            // The ANDs of a CASE join nothing outside of it.
            let isSplit = !words.contains { $0.is("case") }
            return Set((isSplit ? SQLCondition.conjuncts(of: words[...]) : [words[...]]).map(Self.spelling))
        }
    }

    /// The kind goes along with each word: `"true"` is a column, and `true` is not.
    private static func spelling(_ words: ArraySlice<SQLWord>) -> String {
        words.map { "\($0.kind) \($0.text.utf8.count) \($0.text)" }.joined(separator: " ")
    }
}
