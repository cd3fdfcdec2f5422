import MartletCore

extension Conformance {
    /// Plans are values, and running a statement for its plan changes nothing.
    static let planCases: [ConformanceCase] = [
        ConformanceCase("explains a scan of a whole table", run: explainsScan),
        ConformanceCase("explains a look-up through an index", run: explainsLookup),
        ConformanceCase("measures a statement and leaves nothing of it", run: measuresWrite),
        ConformanceCase("passes an error of an explained statement on") { engine in
            try await engine.withConnection(.readOnly) { connection in
                try await expectError(.undefinedObject, "explaining nothing") {
                    try await connection.explain("SELECT * FROM conformance_plans_missing", analyze: false)
                }
                try await expectError(.syntaxError, "explaining what is no SQL") {
                    try await connection.explain("SELEKT 1", analyze: false)
                }
            }
        },
    ]

    /// Ten thousand rows, of which an index finds one, and statistics that say so.
    private static func withRows(
        _ table: Identifier,
        _ engine: any Engine,
        _ body: (any Connection) async throws -> Void
    ) async throws {
        try await engine.withTables((table, "id bigint PRIMARY KEY, v bigint")) { connection in
            try await connection.run(engine.differences.fill(table, rows: 10_000))
            try await connection.run("UPDATE \(table) SET v = id")
            try await connection.run("ANALYZE \(table)")
            try await body(connection)
        }
    }

    private static func explainsScan(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_plans_scan"
        try await withRows(table, engine) { connection in
            let statement: BoundStatement = "SELECT * FROM \(table) AS t WHERE v = \(5)"
            let plan = try await connection.explain(statement, analyze: false)
            let scan = plan.nodes.first { $0.kind == .sequentialScan }
            try expectEqual(scan?.table, table.name, "the table that is scanned")
            try expectEqual(plan.executionSeconds, nil, "the time of what was not run")
            try expectEqual(plan.planCost != nil, engine.differences.hasPlanCost, "whether there is a cost")
            let measured = try await connection.explain(statement, analyze: true)
            try expect((measured.executionSeconds ?? -1) >= 0, "no time was measured")
            try expectEqual(measured.root.actualRows, 1, "rows returned")
            try expect(
                (measured.buffers?.total ?? 0) > 0 || (measured.virtualMachineSteps ?? 0) > 10_000,
                "neither buffers nor steps tell that ten thousand rows were read"
            )
        }
    }

    private static func explainsLookup(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_plans_lookup"
        let index: Identifier = "conformance_plans_lookup_v"
        try await withRows(table, engine) { connection in
            try await connection.run("CREATE INDEX \(index) ON \(table) (v)")
            try await connection.run("ANALYZE \(table)")
            let plan = try await connection.explain("SELECT id FROM \(table) WHERE v = \(5)", analyze: true)
            let kinds: [PlanNode.Kind] = [.indexScan, .indexOnlyScan, .bitmapScan]
            let node = plan.nodes.first { kinds.contains($0.kind) && $0.index != nil }
            try expectEqual(node?.index, index.name, "the index that is used")
            try expect(node?.indexCondition?.contains("v") == true, "the index condition is missing: \(plan)")
            try expect(!plan.nodes.contains { $0.kind == .sequentialScan }, "the table is scanned: \(plan)")
            try expectEqual(plan.root.actualRows, 1, "rows returned")
        }
    }

    private static func measuresWrite(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_plans_write"
        try await withRows(table, engine) { connection in
            let plan = try await connection.explain("DELETE FROM \(table) WHERE id > \(0)", analyze: true)
            try expect(plan.nodes.contains { $0.kind == .modify }, "no step says that rows are changed: \(plan)")
            try expectEqual(try await connection.count(table), 10_000, "rows after")
            try await connection.transaction { connection in
                try await connection.run("DELETE FROM \(table) WHERE id = 1")
                _ = try await connection.explain("DELETE FROM \(table) WHERE id > \(0)", analyze: true)
                try expectEqual(try await connection.count(table), 9_999, "rows in the transaction around it")
            }
            try expectEqual(try await connection.count(table), 9_999, "rows after the transaction")
        }
    }
}
