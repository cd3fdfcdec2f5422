internal import GRDB
internal import MartletCore

/// Which value goes to which parameter of a statement.
///
/// `$1` is a *name* to SQLite, numbered in the order of first appearance, so `$2 … $1` would be bound the wrong way
/// round if the values were simply counted out. https://www.sqlite.org/lang_expr.html#varparam
struct ParameterMap: Sendable {
    /// For each parameter in SQLite's order, the position of its value.
    private let positions: [Int]
    /// Values that the statement takes.
    let valueCount: Int

    init(_ statement: GRDB.Statement) {
        self.init(names: CStatement(statement).parameterNames)
    }

    /// `$n` and `?n` take the value numbered n; a plain `?` or another name takes that of its own place.
    init(names: [String?]) {
        positions = names.enumerated()
            .map { place, name in
                guard let name, name.hasPrefix("$") || name.hasPrefix("?"), let number = Int(name.dropFirst()),
                    number > 0
                else { return place }
                return number - 1
            }
        valueCount = (positions.max() ?? -1) + 1
    }

    func bind(_ values: [Value], to statement: GRDB.Statement, text: String) throws(EngineError) {
        guard values.count == valueCount else {
            throw EngineError(
                .invalidBinding,
                "The statement takes \(valueCount) values and was given \(values.count); bind one to each placeholder.",
                statement: text
            )
        }
        let pointer = CStatement(statement)
        for (place, position) in positions.enumerated() {
            guard pointer.bind(try BindableValue(values[position]), at: place + 1) else {
                throw EngineError(
                    .invalidValue,
                    "Value \(position + 1) is larger than SQLite takes; store it in pieces.",
                    statement: text
                )
            }
        }
    }
}
