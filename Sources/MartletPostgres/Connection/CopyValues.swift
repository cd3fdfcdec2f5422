internal import MartletCore

/// The values of a statement as COPY can read them, which binds none.
///
/// They are bound to a statement before it, `set_config`, and read from the settings of the transaction, cast to the
/// types that the server itself found for the placeholders: no value becomes part of a text. `current_setting` is
/// STABLE, so the planner uses indexes and estimates as with a value.
struct CopyValues {
    /// What binds the values.
    let settings: BoundStatement
    /// The statement with settings in the place of placeholders.
    let text: String

    init(_ statement: BoundStatement, types: [String]) {
        let calls = types.enumerated()
            .map { index, type in "set_config('\(Self.setting(index + 1))', ($\(index + 1)::\(type))::text, true)" }
        settings = Statement(unsafeText: "SELECT \(calls.joined(separator: ", "))").binding(values: statement.values)
        text = statement.text(.postgres) { number in
            guard types.indices.contains(number - 1) else { return "$\(number)" }
            let type = types[number - 1]
            // A setting cannot hold NULL.
            return statement.values[number - 1].isNull
                ? "(NULL::\(type))" : "(current_setting('\(Self.setting(number))')::\(type))"
        }
    }

    private static func setting(_ number: Int) -> String { "martlet.copy_\(number)" }
}
