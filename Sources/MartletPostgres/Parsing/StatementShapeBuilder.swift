/// Walks a parse tree of libpg_query and notes what it asks for.
///
/// Names of nodes and fields: src/include/nodes/parsenodes.h, PostgreSQL 15.
struct StatementShapeBuilder {
    typealias Node = JSONArena.Node
    typealias Column = StatementShape.Column

    /// What a name in front of a column can mean.
    struct Source {
        let name: String
        /// Its place in `tables`; nil for a subquery, a function or a WITH query.
        let table: Int?
    }

    /// The sources of one query, and those of the queries around it, the innermost last.
    struct Scope {
        var levels: [[Source]] = [[]]
        /// Names of WITH queries that can be seen.
        var withQueries: Set<String> = []

        var inner: Scope { Scope(levels: levels + [[]], withQueries: withQueries) }

        mutating func add(_ source: Source) {
            levels[levels.count - 1].append(source)
        }
    }

    let arena: JSONArena
    var shape = StatementShape()

    init(_ arena: JSONArena) {
        self.arena = arena
    }

    mutating func build() -> StatementShape {
        let statements = arena.elements(of: arena.member("stmts", of: arena.root))
        guard statements.count == 1, let statement = arena.member("stmt", of: statements[0]) else { return shape }
        let scope = Scope()
        if let select = arena.member("SelectStmt", of: statement) {
            shape.kind = .select
            self.select(select, scope, isOutermost: true)
        } else if let insert = arena.member("InsertStmt", of: statement) {
            shape.kind = .insert
            write(insert, scope)
            if let source = arena.member("selectStmt", "SelectStmt", of: insert) { select(source, scope) }
        } else if let update = arena.member("UpdateStmt", of: statement) {
            shape.kind = .update
            write(update, scope, sources: "fromClause")
            shape.assignedColumns = targets(update, "targetList")
                .compactMap { arena.string(arena.member("name", of: $0)) }
        } else if let delete = arena.member("DeleteStmt", of: statement) {
            shape.kind = .delete
            write(delete, scope, sources: "usingClause")
        }
        return shape
    }

    // MARK: Queries

    private mutating func write(_ node: Node, _ outer: Scope, sources: StaticString? = nil) {
        var scope = outer
        withQueries(node, &scope)
        if let relation = arena.member("relation", of: node) { table(relation, &scope) }
        if let sources {
            for source in arena.elements(of: arena.member(sources, of: node)) { from(source, &scope) }
        }
        if let condition = arena.member("whereClause", of: node) { self.condition(condition, scope) }
        shape.selectsAll = targets(node, "returningList").contains(where: isStar)
        for list: StaticString in ["targetList", "returningList"] {
            if let list = arena.member(list, of: node) { subqueries(list, scope) }
        }
    }

    private mutating func select(_ node: Node, _ outer: Scope, isOutermost: Bool = false) {
        var scope = outer.inner
        withQueries(node, &scope)
        if let left = arena.member("larg", of: node), let right = arena.member("rarg", of: node) {
            select(left, scope)
            select(right, scope)
        }
        for source in arena.elements(of: arena.member("fromClause", of: node)) { from(source, &scope) }
        if let condition = arena.member("whereClause", of: node) { self.condition(condition, scope) }
        for clause: StaticString in ["targetList", "havingClause", "valuesLists"] {
            if let clause = arena.member(clause, of: node) { subqueries(clause, scope) }
        }
        if isOutermost { outermost(node, scope) }
    }

    private mutating func outermost(_ node: Node, _ scope: Scope) {
        let targets = targets(node, "targetList")
        let groups = arena.elements(of: arena.member("groupClause", of: node))
        shape.selectsAll = targets.contains(where: isStar)
        shape.isAggregate = !groups.isEmpty || targets.contains(where: aggregates)
        shape.groups = groups.compactMap { column($0, scope) }
        shape.hasLimit = arena.member("limitCount", of: node) != nil
        shape.hasOffset = arena.member("limitOffset", of: node) != nil
        for key in arena.elements(of: arena.member("sortClause", of: node)) {
            guard !shape.hasComputedOrder, let sort = arena.member("SortBy", of: key),
                let expression = arena.member("node", of: sort),
                let column = column(output(expression, targets) ?? expression, scope)
            else {
                shape.hasComputedOrder = true
                break
            }
            let nulls = arena.member("sortby_nulls", of: sort)
            let isWritten = nulls.map { !arena.equals($0, "SORTBY_NULLS_DEFAULT") } ?? false
            shape.order.append(
                StatementShape.OrderKey(
                    column: column,
                    isDescending: arena.member("sortby_dir", of: sort).map { arena.equals($0, "SORTBY_DESC") } ?? false,
                    nullsFirst: isWritten ? nulls.map { arena.equals($0, "SORTBY_NULLS_FIRST") } : nil
                )
            )
        }
    }

    /// In ORDER BY a bare name means an output column first.
    private func output(_ expression: Node, _ targets: [Node]) -> Node? {
        let fields = arena.elements(of: arena.member("ColumnRef", "fields", of: expression))
        guard fields.count == 1, let name = arena.string(arena.member("String", "sval", of: fields[0])) else {
            return nil
        }
        return targets.first { arena.string(arena.member("name", of: $0)) == name }
            .flatMap { arena.member("val", of: $0) }
    }

    private mutating func withQueries(_ node: Node, _ scope: inout Scope) {
        let clause = arena.member("withClause", of: node)
        for element in arena.elements(of: clause.flatMap { arena.member("ctes", of: $0) }) {
            guard let query = arena.member("CommonTableExpr", of: element) else { continue }
            if let name = arena.string(arena.member("ctename", of: query)) { scope.withQueries.insert(name) }
            guard let body = arena.member("ctequery", of: query) else { continue }
            if let select = arena.member("SelectStmt", of: body) { self.select(select, scope) }
            for kind: StaticString in ["InsertStmt", "UpdateStmt", "DeleteStmt"] {
                if let node = arena.member(kind, "relation", of: body) {
                    var inner = scope.inner
                    table(node, &inner)
                }
            }
        }
    }

    // MARK: Sources

    private mutating func from(_ node: Node, _ scope: inout Scope) {
        if let relation = arena.member("RangeVar", of: node) {
            table(relation, &scope)
        } else if let join = arena.member("JoinExpr", of: node) {
            for side: StaticString in ["larg", "rarg"] {
                if let side = arena.member(side, of: join) { from(side, &scope) }
            }
            if let condition = arena.member("quals", of: join) { self.condition(condition, scope) }
            using(join, scope)
        } else if let subquery = arena.member("RangeSubselect", of: node) {
            if let select = arena.member("subquery", "SelectStmt", of: subquery) { self.select(select, scope) }
            scope.add(Source(name: alias(subquery) ?? "", table: nil))
        } else if let function = arena.member("RangeFunction", of: node) {
            subqueries(function, scope)
            scope.add(Source(name: alias(function) ?? "", table: nil))
        }
    }

    /// JOIN … USING (a, b): the column of each side equals that of the other.
    private mutating func using(_ join: Node, _ scope: Scope) {
        guard let sources = scope.levels.last, let right = sources.last?.table,
            let left = sources.dropLast().last?.table
        else { return }
        for element in arena.elements(of: arena.member("usingClause", of: join)) {
            guard let name = arena.string(arena.member("String", "sval", of: element)) else { continue }
            let sides = [Column(table: left, name: name), Column(table: right, name: name)]
            add(sides[0], .join(sides[1]))
            add(sides[1], .join(sides[0]))
        }
    }

    private mutating func table(_ relation: Node, _ scope: inout Scope) {
        guard let name = arena.string(arena.member("relname", of: relation)) else { return }
        let schema = arena.string(arena.member("schemaname", of: relation))
        let alias = alias(relation)
        if schema == nil, scope.withQueries.contains(name) {
            scope.add(Source(name: alias ?? name, table: nil))
            return
        }
        scope.add(Source(name: alias ?? name, table: shape.tables.count))
        shape.tables.append(StatementShape.TableReference(schema: schema, name: name, alias: alias))
    }

    private func alias(_ node: Node) -> String? {
        arena.string(arena.member("alias", "aliasname", of: node))
    }

    // MARK: Targets

    private func targets(_ node: Node, _ list: StaticString) -> [Node] {
        arena.elements(of: arena.member(list, of: node)).compactMap { arena.member("ResTarget", of: $0) }
    }

    private func isStar(_ target: Node) -> Bool {
        guard let value = arena.member("val", of: target) else { return false }
        let fields = arena.elements(of: arena.member("ColumnRef", "fields", of: value))
        return fields.last.map { arena.member("A_Star", of: $0) != nil } ?? false
    }

    /// Aggregates that PostgreSQL brings and applications use; functions of the same name that a user made are rare.
    private static let aggregateNames: Set<String> = [
        "count", "sum", "avg", "min", "max", "array_agg", "string_agg", "json_agg", "jsonb_agg", "json_object_agg",
        "jsonb_object_agg", "bool_and", "bool_or", "every", "percentile_cont", "percentile_disc", "mode", "stddev",
        "variance",
    ]

    private func aggregates(_ target: Node) -> Bool {
        arena.descendants("FuncCall", of: target, except: "SubLink")
            .contains { call in
                let name = arena.elements(of: arena.member("funcname", of: call)).last
                    .flatMap { arena.string(arena.member("String", "sval", of: $0)) }
                if let name, Self.aggregateNames.contains(name), arena.member("over", of: call) == nil { return true }
                return arena.elements(of: arena.member("args", of: call)).contains(where: aggregates)
            }
    }

    /// Looks into the subqueries of an expression.
    mutating func subqueries(_ expression: Node, _ scope: Scope) {
        for link in arena.descendants("SubLink", of: expression) {
            if let query = arena.member("subselect", "SelectStmt", of: link) { select(query, scope) }
        }
    }
}
