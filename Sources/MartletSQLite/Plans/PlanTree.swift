internal import MartletCore

/// One row of EXPLAIN QUERY PLAN.
struct PlanStep: Sendable {
    let id: Int
    let parent: Int
    let detail: String
}

/// Turns the rows of EXPLAIN QUERY PLAN into a tree.
///
/// The wording is that of SQLite 3.36 and later (where.c, wherecode.c, select.c); https://www.sqlite.org/eqp.html
struct PlanTree {
    let steps: [PlanStep]
    let aliases: TableAliases

    /// A node of our own above all, as SQLite's plans may have several topmost steps.
    var root: PlanNode {
        PlanNode(kind: .other, label: "QUERY PLAN", children: children(of: 0))
    }

    private func children(of parent: Int) -> [PlanNode] {
        steps.filter { $0.parent == parent }
            .map { step in
                var node = Self.node(step.detail, aliases: aliases)
                // The first row of a plan may have the number 0; it is no child of itself.
                node.children = step.id == parent ? [] : children(of: step.id)
                return node
            }
    }

    static func node(_ detail: String, aliases: TableAliases) -> PlanNode {
        for word in ["SCAN ", "SEARCH "] where detail.hasPrefix(word) {
            return access(detail, rest: detail.dropFirst(word.count), isSearch: word == "SEARCH ", aliases: aliases)
        }
        if detail.hasPrefix("USE TEMP B-TREE FOR ") {
            return PlanNode(kind: detail.hasSuffix("ORDER BY") ? .sort : .aggregate, label: detail)
        }
        if detail == "MULTI-INDEX OR" { return PlanNode(kind: .bitmapScan, label: detail) }
        if detail.hasPrefix("RIGHT-JOIN ") { return PlanNode(kind: .join, label: detail) }
        return PlanNode(kind: .other, label: detail)
    }

    private static func access(
        _ detail: String,
        rest: Substring,
        isSearch: Bool,
        aliases: TableAliases
    ) -> PlanNode {
        var rest = rest
        if rest.hasSuffix(" LEFT-JOIN") { rest.removeLast(" LEFT-JOIN".count) }
        if let (name, _) = rest.split(at: " VIRTUAL TABLE INDEX ") {
            return PlanNode(kind: .other, label: detail, table: aliases.table(for: String(name)))
        }
        guard let (name, way) = rest.split(at: " USING ") else {
            let table = aliases.table(for: String(rest))
            // What is no table is a constant, or a subquery whose own steps say what they read.
            return PlanNode(kind: table == nil ? .other : .sequentialScan, label: detail, table: table)
        }
        var node = PlanNode(kind: .indexScan, label: detail, table: aliases.table(for: String(name)))
        var index = way
        if let (before, condition) = way.split(at: " ("), condition.hasSuffix(")") {
            index = before
            node.indexCondition = String(condition.dropLast())
        }
        if index.hasPrefix("AUTOMATIC ") {
            // SQLite reads the whole table to build an index that it throws away after the statement.
            node.kind = .sequentialScan
        } else if index.hasPrefix("COVERING INDEX ") {
            node.kind = .indexOnlyScan
            node.index = String(index.dropFirst("COVERING INDEX ".count))
        } else if index.hasPrefix("INDEX ") {
            node.index = String(index.dropFirst("INDEX ".count))
        }
        return node
    }
}

extension Substring {
    /// What stands before and after the first occurrence of a separator.
    fileprivate func split(at separator: String) -> (Substring, Substring)? {
        guard let range = firstRange(of: separator) else { return nil }
        return (self[..<range.lowerBound], self[range.upperBound...])
    }
}
