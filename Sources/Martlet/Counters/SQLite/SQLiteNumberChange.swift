internal import MartletCore

/// The statements within a trigger that add to a number or take from it.
struct SQLiteNumberChange {
    let shape: SQLiteCounterShape

    /// With `isGuarded` the weight may be 0, and then nothing is written.
    ///
    /// `changes()` within a trigger is that of the statement before: https://www.sqlite.org/lang_corefunc.html#changes
    func statements(sign: String, weight: String, isGuarded: Bool, key: [String]) -> [String] {
        if let parent = shape.parent {
            let column = parent.column.quoted
            let sum = "\(column) \(sign) \(weight)"
            // Until it is filled such a column holds anything, and a CHECK must not fail the application's statement.
            let isFloored = parent.column.isNotNull && shape.sum == nil && sign == "-"
            let found = SQLiteCounterShape.same(parent.key.map(\.quoted), key, by: "=")
            return [
                "UPDATE \(parent.table.quoted) SET \(column) = \(isFloored ? "max(0, \(sum))" : sum) "
                    + "WHERE \(found)\(isGuarded ? " AND \(weight) <> 0" : "");"
            ]
        }
        let guardText = isGuarded ? " AND \(weight) <> 0" : ""
        let found = SQLiteCounterShape.same(shape.keyNames, key)
        let update = "UPDATE \(shape.numbers) SET n = n \(sign) \(weight) WHERE "
        if key.isEmpty { return [update + "i = 1\(guardText);"] }
        return [
            update + "\(found)\(guardText);",
            "INSERT INTO \(shape.numbers) (\((shape.keyNames + ["n"]).joined(separator: ", "))) "
                + "SELECT \(key.joined(separator: ", ")), \(sign == "-" ? "-" : "")\(weight) "
                + "WHERE changes() = 0\(guardText);",
        ]
    }
}
