internal import MartletCore

/// The query for one number, made of what the registry says alone.
struct SQLiteCounterReading {
    let definition: CounterDefinition
    /// The parent's columns that the key columns refer to.
    let parentKey: [String]

    /// Bound is the key; the row is the number, and whether it was counted just now.
    func value(isInitialised: Bool) -> String {
        let places = definition.keyColumns.indices.map { "$\($0 + 1)" }
        guard isInitialised else { return "SELECT (\(truth(places))), 1" }
        if let parent = definition.parent {
            let found = SQLiteCounterShape.same(parentKey.map { Identifier($0).quoted }, places, by: "=")
            let kept =
                "SELECT \(Identifier(parent.column).quoted) FROM \(Identifier(parent.table.name).quoted) WHERE \(found)"
            return "SELECT coalesce(kept, (\(truth(places)))), kept IS NULL FROM (SELECT (\(kept)) AS kept)"
        }
        let found = SQLiteCounterShape.same(places.indices.map { "k\($0 + 1)" }, places)
        return "SELECT coalesce((SELECT n FROM martlet_counter_\(definition.name) WHERE \(found)), 0), 0"
    }

    private func truth(_ places: [String]) -> String {
        let found = SQLiteCounterShape.same(definition.keyColumns.map { Identifier($0).quoted }, places)
        let condition = definition.condition.map { " AND (\($0))" } ?? ""
        let sum = definition.sum.map {
            "coalesce(sum(CASE WHEN typeof(\($0)) = 'integer' THEN (\($0)) ELSE 0 END), 0)"
        }
        return "SELECT \(sum ?? "count(*)") FROM \(Identifier(definition.table.name).quoted) WHERE \(found)\(condition)"
    }
}
