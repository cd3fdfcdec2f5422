import Martlet
import MartletCore

extension CounterDefinition {
    /// What it counts, in a phrase.
    var summary: String {
        let what = sum.map { "sum of \($0) of \(table)" } ?? "rows of \(table)"
        let keyed = keyColumns.isEmpty ? "" : " by \(keyColumns.joined(separator: ", "))"
        let limited = condition.map { " where \($0)" } ?? ""
        let kept = parent.map { " in \($0.table).\($0.column)" } ?? ""
        return what + keyed + limited + kept
    }
}
