internal import MartletCore

extension CatalogReader {
    /// Fills in the bytes of tables and indexes, and rows where they were counted along.
    func fillSizes(of tables: inout [Table], usedBytes: Int) throws(EngineError) {
        let shadows = try readTableList().filter { $0.kind == "shadow" }.map(\.name)
        let trees = tables.flatMap(trees(of:))
        // The small ones first, so that what the time does not suffice for is as little as can be.
        let order = trees.sorted { $0.cells < $1.cells }.map(\.name)
        var counts = try PageCounts(session: session, names: shadows + order, usedBytes: usedBytes, limit: sizeLimit)
        let missing = trees.filter { counts.sizes[$0.name] == nil }
        if !missing.isEmpty {
            // The one pass came to no end, so what is expected of the others needs their rows.
            try fillRows(of: &tables)
            counts.share(usedBytes - counts.measuredBytes, by: try expectedBytes(of: missing, tables: tables))
        }
        let statistics = try TableStatistics(session: session)
        for position in tables.indices {
            let name = tables[position].name.name
            tables[position].tableBytes = counts.sizes[name]?.bytes ?? 0
            if !statistics.knows(name), let rows = counts.sizes[name]?.rows { tables[position].estimatedRows = rows }
            for index in tables[position].indexes.indices {
                let bytes = counts.sizes[tables[position].indexes[index].name]?.bytes ?? 0
                tables[position].indexes[index].sizeBytes = bytes
                tables[position].indexBytes += bytes
            }
        }
        addShadows(shadows, counts, to: &tables)
    }

    /// One b-tree: that of a table, or of an index.
    private struct Tree {
        let name: String
        let table: QualifiedName
        let index: Index?
        /// Rows times columns, as a first guess at its size.
        let cells: Int
    }

    private func trees(of table: Table) -> [Tree] {
        guard table.kind == .ordinary else { return [] }
        let rows = max(1, table.estimatedRows ?? 1)
        // The primary key of a table without row numbers is the table itself.
        let indexes = table.indexes.filter { !(table.isWithoutRowID && $0.isPrimary) }
        let own = Tree(name: table.name.name, table: table.name, index: nil, cells: rows * table.columns.count)
        return [own]
            + indexes.map { Tree(name: $0.name, table: table.name, index: $0, cells: rows * ($0.keys.count + 1)) }
    }

    private func expectedBytes(of trees: [Tree], tables: [Table]) throws(EngineError) -> [String: Double] {
        var expected: [String: Double] = [:]
        for table in tables {
            let own = trees.filter { $0.table == table.name }
            guard !own.isEmpty else { continue }
            let widths = try RowWidths(session: session, table: table)
            let rows = Double(max(1, table.estimatedRows ?? 1))
            for tree in own { expected[tree.name] = rows * (tree.index.map(widths.entry(of:)) ?? widths.row) }
        }
        return expected
    }

    /// Adds the bytes of shadow tables to the virtual tables that they belong to.
    ///
    /// A full-text index keeps its rows there: https://www.sqlite.org/vtab.html#xshadowname
    private func addShadows(_ shadows: [String], _ counts: PageCounts, to tables: inout [Table]) {
        for shadow in shadows {
            let owners = tables.indices.filter {
                tables[$0].kind == .virtual && shadow.hasPrefix(tables[$0].name.name + "_")
            }
            let owner = owners.max { tables[$0].name.name.count < tables[$1].name.name.count }
            if let owner { tables[owner].tableBytes += counts.sizes[shadow]?.bytes ?? 0 }
        }
    }
}
