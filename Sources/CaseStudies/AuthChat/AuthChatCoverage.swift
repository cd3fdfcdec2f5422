package import MartletCore

/// Which index answers which query of the application, as the database's own plans say.
package struct AuthChatCoverage: Sendable {
    /// For each query the indexes in which it looks something up.
    package let indexes: [String: Set<String>]
    /// Queries that read a table without looking anything up.
    package let uncovered: [String]

    /// Explains all queries of the application, without running them.
    ///
    /// `assumingLargeTables` tells PostgreSQL to read a whole table only where it must: what it does with few rows says
    /// nothing about many. It sets a session's own setting and takes it back.
    package init(
        _ way: Way,
        size: CaseSize,
        assumingLargeTables: Bool = false,
        on connection: any Connection
    ) async throws {
        let leading = try await Self.leadingKeys(on: connection)
        let isForced = assumingLargeTables && connection.dialect == .postgres
        if isForced { try await connection.run("SET enable_seqscan = off") }
        var indexes: [String: Set<String>] = [:]
        var uncovered: [String] = []
        for query in AuthChatQuery.all(way, in: connection.dialect, size: size) {
            let nodes = try await connection.explain(query.statement, analyze: false).nodes
            let lookUps = nodes.filter { Self.isLookUp($0, leading) }
            indexes[query.name] = Set(lookUps.compactMap(\.index))
            let isScanning = nodes.contains { node in
                switch node.kind {
                case .sequentialScan: true
                case .indexScan, .indexOnlyScan: !Self.isLookUp(node, leading)
                // Above several indexes at once there is a step without one of its own.
                case .bitmapScan: node.index != nil && !Self.isLookUp(node, leading)
                default: false
                }
            }
            if isScanning { uncovered.append(query.name) }
        }
        if isForced { try await connection.run("RESET enable_seqscan") }
        self.indexes = indexes
        self.uncovered = uncovered
    }

    /// The first key of each index.
    private static func leadingKeys(on connection: any Connection) async throws -> [String: String] {
        try await connection.catalog().tables.flatMap(\.indexes)
            .reduce(into: [:]) { keys, index in keys[index.name] = index.keys.first?.text }
    }

    /// Whether a step looks something up.
    ///
    /// Where only later keys are asked for, PostgreSQL reads the whole index; SQLite does not call that a search.
    private static func isLookUp(_ node: PlanNode, _ leading: [String: String]) -> Bool {
        guard let index = node.index, let condition = node.indexCondition else { return false }
        return condition.contains("<expr>") || leading[index].map(condition.contains) ?? true
    }

    /// The part of the queries that read no table without looking something up.
    package var ratio: Double {
        Double(indexes.count - uncovered.count) / Double(indexes.count)
    }

    /// Those of a set that no query uses.
    package func unused(of set: [CaseIndex]) -> [String] {
        let used = indexes.values.reduce(into: Set()) { $0.formUnion($1) }
        return set.map(\.name).filter { !used.contains($0) }.sorted()
    }
}
