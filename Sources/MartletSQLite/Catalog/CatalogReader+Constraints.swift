internal import MartletCore

extension CatalogReader {
    /// Makes the constraints of a table and tells its automatic indexes which of them they back.
    func constraints(
        of table: inout Table,
        primaryKey: [ColumnEntry],
        references: [ForeignKeyEntry],
        checks: [TableText.Check]
    ) -> [Constraint] {
        var constraints: [Constraint] = []
        if !primaryKey.isEmpty {
            let name = "\(table.name.name)_pkey"
            constraints.append(Constraint(name: name, kind: .primaryKey, columns: primaryKey.map(\.name)))
        }
        for position in table.indexes.indices {
            let index = table.indexes[position]
            guard index.constraint != nil else { continue }
            let columns = index.keys.map(\.text)
            let name = index.isPrimary ? "\(table.name.name)_pkey" : Self.name(table, columns, "key")
            table.indexes[position].constraint = name
            if !index.isPrimary { constraints.append(Constraint(name: name, kind: .unique, columns: columns)) }
        }
        for reference in references {
            constraints.append(
                Constraint(
                    name: Self.name(table, reference.columns, "fkey"),
                    kind: .foreignKey(
                        references: QualifiedName(schema: "main", name: reference.table),
                        columns: reference.referenced,
                        onDelete: reference.onDelete
                    ),
                    columns: reference.columns
                )
            )
        }
        for check in checks {
            constraints.append(
                Constraint(
                    name: check.name ?? Self.name(table, check.columns, "check"),
                    kind: .check(check.condition),
                    columns: check.columns
                )
            )
        }
        return constraints
    }

    private static func name(_ table: Table, _ columns: [String], _ kind: String) -> String {
        ([table.name.name] + columns + [kind]).joined(separator: "_")
    }

    /// Foreign keys by the name of their table, in the order of their declaration.
    func readForeignKeys(_ tables: [String]) throws(EngineError) -> [String: [ForeignKeyEntry]] {
        var keys: [String: [ForeignKeyEntry]] = [:]
        for table in tables {
            // The last one declared has the number 0.
            let list: BoundStatement = """
                SELECT seq, "table", "from", "to", on_delete FROM pragma_foreign_key_list(\(table), 'main')
                ORDER BY id DESC, seq
                """
            var entries: [ForeignKeyEntry] = []
            for row in try session.run(list) {
                if try row.decode(Int.self, at: 0) == 0 {
                    let action = try row.decode(String.self, at: 4)
                    entries.append(
                        ForeignKeyEntry(
                            table: try row.decode(String.self, at: 1),
                            onDelete: Constraint.Action(sqlite: action)
                        )
                    )
                }
                entries[entries.count - 1].columns.append(try row.decode(String.self, at: 2))
                if let to = try row.decode(String?.self, at: 3) { entries[entries.count - 1].referenced.append(to) }
            }
            keys[table] = entries
        }
        return keys
    }

    /// Writes the names in references as the catalog has them, whatever letter case the declaration used.
    func resolveReferences(in tables: inout [Table]) {
        let known = Dictionary(tables.map { ($0.name.name.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
        for position in tables.indices {
            for number in tables[position].constraints.indices {
                guard case .foreignKey(let target, let columns, let action) = tables[position].constraints[number].kind,
                    let table = known[target.name.lowercased()]
                else { continue }
                let proper = Dictionary(
                    table.columns.map { ($0.name.lowercased(), $0.name) },
                    uniquingKeysWith: { first, _ in first }
                )
                let named = columns.isEmpty ? table.primaryKeyColumns : columns.map { proper[$0.lowercased()] ?? $0 }
                tables[position].constraints[number].kind = .foreignKey(
                    references: table.name,
                    columns: named,
                    onDelete: action
                )
            }
        }
    }
}
