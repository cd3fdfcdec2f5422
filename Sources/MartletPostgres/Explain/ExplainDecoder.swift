internal import Foundation
package import MartletCore

/// Reads the JSON of EXPLAIN.
package enum ExplainDecoder {
    /// The statement that asks for the plan of another.
    ///
    /// With `analyze` the other is run. Single steps are not timed: the clock would slow them down, and only the time
    /// of the whole is used.
    package static func explainStatement(for statement: BoundStatement, analyze: Bool) -> BoundStatement {
        let options = analyze ? "FORMAT JSON, ANALYZE, BUFFERS, TIMING OFF" : "FORMAT JSON"
        return Statement(unsafeText: "EXPLAIN (\(options)) \(statement.statement.text)")
            .binding(values: statement.values)
    }

    /// Reads what `EXPLAIN (FORMAT JSON)` printed, with or without ANALYZE and BUFFERS.
    package static func plan(fromJSON text: String) throws(EngineError) -> Plan {
        let outputs: [ExplainOutput]
        do {
            outputs = try JSONDecoder().decode([ExplainOutput].self, from: Data(text.utf8))
        } catch {
            throw EngineError(.undecodable, "the output of EXPLAIN cannot be read; was it FORMAT JSON?", cause: error)
        }
        guard let output = outputs.first else {
            throw EngineError(.undecodable, "the output of EXPLAIN holds no plan")
        }
        return Plan(
            root: node(output.plan),
            planCost: output.plan.totalCost,
            executionSeconds: output.executionMilliseconds.map { $0 / 1_000 },
            buffers: buffers(output.plan)
        )
    }

    /// Those of the root hold those of all below it.
    private static func buffers(_ node: ExplainNode) -> Buffers? {
        guard let hit = node.sharedHit, let read = node.sharedRead else { return nil }
        return Buffers(
            hit: hit + (node.localHit ?? 0),
            read: read + (node.localRead ?? 0),
            temporary: (node.temporaryRead ?? 0) + (node.temporaryWritten ?? 0)
        )
    }

    private static func node(_ node: ExplainNode) -> PlanNode {
        let children = (node.plans ?? []).map(self.node)
        let bitmap = node.type == "Bitmap Heap Scan" ? bitmapIndex(children) : nil
        return PlanNode(
            kind: kind(node.type),
            label: label(node),
            table: node.table,
            index: node.index ?? bitmap,
            indexCondition: node.indexCondition ?? (bitmap == nil ? nil : node.recheckCondition),
            filter: node.filter ?? node.joinFilter,
            estimatedRows: node.estimatedRows,
            actualRows: node.actualRows,
            loops: node.loops,
            rowsRemovedByFilter: node.removedByFilter ?? node.removedByJoinFilter,
            heapFetches: node.heapFetches,
            usesDisk: node.usesDisk,
            children: children
        )
    }

    /// The index behind a bitmap scan, if it is one alone.
    private static func bitmapIndex(_ children: [PlanNode]) -> String? {
        let indexes = children.flatMap(\.flattened).compactMap(\.index)
        return indexes.count == 1 ? indexes[0] : nil
    }

    /// Names of steps: ExplainNode in src/backend/commands/explain.c, PostgreSQL 12 to 17.
    private static func kind(_ type: String) -> PlanNode.Kind {
        switch type {
        case "Seq Scan": .sequentialScan
        case "Index Scan": .indexScan
        case "Index Only Scan": .indexOnlyScan
        case "Bitmap Heap Scan": .bitmapScan
        case "Sort", "Incremental Sort": .sort
        case "Aggregate", "Group", "WindowAgg": .aggregate
        case "Nested Loop", "Hash Join", "Merge Join": .join
        case "Limit": .limit
        case "ModifyTable": .modify
        default: .other
        }
    }

    /// As the text format has it: `Hash Left Join`, `Index Scan using i on t`.
    private static func label(_ node: ExplainNode) -> String {
        var label = node.type
        if let join = node.joinType, join != "Inner" {
            label =
                label.hasSuffix(" Join") ? label.replacing(" Join", with: " \(join) Join") : "\(label) \(join) Join"
        }
        switch (node.type, node.strategy) {
        case ("Aggregate", "Hashed"): label = "HashAggregate"
        case ("Aggregate", "Sorted"): label = "GroupAggregate"
        case ("Aggregate", "Mixed"): label = "MixedAggregate"
        default: break
        }
        if let mode = node.partialMode, mode != "Simple" { label = "\(mode) \(label)" }
        if node.type == "ModifyTable", let operation = node.operation { label = operation }
        if let index = node.index { label += " using \(index)" }
        if let table = node.table { label += " on \(table)" }
        return label
    }
}
