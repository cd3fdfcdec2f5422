/// Conditions of WHERE and ON.
extension StatementShapeBuilder {
    mutating func condition(_ node: Node, _ scope: Scope) {
        if let boolean = arena.member("BoolExpr", of: node) {
            self.boolean(boolean, scope)
        } else if let expression = arena.member("A_Expr", of: node) {
            operation(expression, scope)
            subqueries(expression, scope)
        } else if let test = arena.member("NullTest", of: node) {
            let isNull = arena.member("nulltesttype", of: test).map { arena.equals($0, "IS_NULL") } ?? false
            compare(arena.member("arg", of: test), isNull ? .isNull : .isNotNull, scope)
        } else if let test = arena.member("BooleanTest", of: node) {
            compare(arena.member("arg", of: test), .equal, scope)
        } else if let link = arena.member("SubLink", of: node) {
            compare(arena.member("testexpr", of: link), .list, scope)
            subqueries(node, scope)
        } else if arena.member("ColumnRef", of: node) != nil {
            compare(node, .equal, scope)
        } else {
            subqueries(node, scope)
        }
    }

    private mutating func boolean(_ node: Node, _ scope: Scope) {
        let arguments = arena.elements(of: arena.member("args", of: node))
        guard let operation = arena.member("boolop", of: node) else { return }
        if arena.equals(operation, "AND_EXPR") {
            for argument in arguments { condition(argument, scope) }
        } else if arena.equals(operation, "NOT_EXPR"), let argument = arguments.first,
            arena.member("ColumnRef", of: argument) != nil
        {
            compare(argument, .equal, scope)
        } else {
            if arena.equals(operation, "OR_EXPR") { shape.hasDisjunction = true }
            for argument in arguments { subqueries(argument, scope) }
        }
    }

    private mutating func operation(_ node: Node, _ scope: Scope) {
        guard let left = arena.member("lexpr", of: node), let right = arena.member("rexpr", of: node) else { return }
        let comparison = comparison(node)
        let leftRow = row(left), rightRow = row(right)
        // (a, b) > ($1, $2) compares column by column.
        if !leftRow.isEmpty, leftRow.count == rightRow.count {
            for (left, right) in zip(leftRow, rightRow) { compare(left, right, comparison, scope) }
        } else {
            compare(left, right, comparison, scope)
        }
    }

    private func row(_ node: Node) -> [Node] {
        arena.elements(of: arena.member("RowExpr", "args", of: node))
    }

    private mutating func compare(
        _ left: Node,
        _ right: Node,
        _ comparison: StatementShape.Comparison,
        _ scope: Scope
    ) {
        if comparison == .equal, let first = column(left, scope), let second = column(right, scope) {
            add(first, .join(second))
            add(second, .join(first))
            return
        }
        let leftHasColumn = !arena.descendants("ColumnRef", of: left, except: "SubLink").isEmpty
        let rightHasColumn = !arena.descendants("ColumnRef", of: right, except: "SubLink").isEmpty
        switch (leftHasColumn, rightHasColumn) {
        case (true, false): compare(left, comparison, scope)
        case (false, true): compare(right, comparison, scope)
        default: break
        }
    }

    /// Notes a column, or the one column that stands within an expression.
    private mutating func compare(_ node: Node?, _ comparison: StatementShape.Comparison, _ scope: Scope) {
        guard let node else { return }
        if let column = column(node, scope) {
            add(column, comparison)
            return
        }
        guard arena.member("ColumnRef", of: node) == nil else { return }
        let references = arena.descendants("ColumnRef", of: node, except: "SubLink")
        guard references.count == 1, let column = reference(references[0], scope) else { return }
        add(column, comparison, isWrapped: true)
    }

    mutating func add(_ column: Column, _ comparison: StatementShape.Comparison, isWrapped: Bool = false) {
        shape.predicates.append(
            StatementShape.Predicate(column: column, comparison: comparison, isWrapped: isWrapped)
        )
    }

    private func comparison(_ expression: Node) -> StatementShape.Comparison {
        guard let kind = arena.member("kind", of: expression) else { return .other }
        let name = arena.elements(of: arena.member("name", of: expression)).last
            .flatMap { arena.string(arena.member("String", "sval", of: $0)) }
        for pattern: StaticString in ["AEXPR_LIKE", "AEXPR_ILIKE", "AEXPR_SIMILAR"] where arena.equals(kind, pattern) {
            return .pattern
        }
        if arena.equals(kind, "AEXPR_BETWEEN") || arena.equals(kind, "AEXPR_BETWEEN_SYM") { return .range }
        // NOT IN has the operator <>.
        if arena.equals(kind, "AEXPR_IN") || arena.equals(kind, "AEXPR_OP_ANY") { return name == "=" ? .list : .other }
        if arena.equals(kind, "AEXPR_NOT_DISTINCT") { return .equal }
        guard arena.equals(kind, "AEXPR_OP") else { return .other }
        switch name {
        case "=": return .equal
        case "<", "<=", ">", ">=": return .range
        case "~", "~*": return .pattern
        default: return .other
        }
    }

    // MARK: Columns

    /// The column that an expression is, and nothing else; nil for columns of subqueries.
    func column(_ node: Node, _ scope: Scope) -> Column? {
        arena.member("ColumnRef", of: node).flatMap { reference($0, scope) }
    }

    private func reference(_ node: Node, _ scope: Scope) -> Column? {
        let names = arena.elements(of: arena.member("fields", of: node))
            .compactMap { arena.string(arena.member("String", "sval", of: $0)) }
        guard let name = names.last else { return nil }
        if names.count > 1 {
            for level in scope.levels.reversed() {
                guard let source = level.first(where: { $0.name == names[names.count - 2] }) else { continue }
                return source.table.map { Column(table: $0, name: name) }
            }
            return nil
        }
        // A bare name is the innermost query's, if that has it; few mean a column of the query around it.
        guard let sources = scope.levels.last(where: { !$0.isEmpty }) else { return nil }
        return sources.count == 1
            ? sources[0].table.map { Column(table: $0, name: name) } : Column(table: nil, name: name)
    }
}
