internal import MartletCore

/// Puts tables together from the rows of the system catalogs, which name them by number.
struct CatalogAssembly {
    struct Entry {
        var table: Table
        /// The partitioned table that it is a partition of.
        var parent: Int64?
        /// Names of its columns by attribute number.
        var columnNames: [Int: String] = [:]
        var indexes: [IndexEntry] = []
    }

    struct IndexEntry {
        var number: Int64
        var index: Index
        /// The index of the partitioned table that it is a part of.
        var parent: Int64?
    }

    let countsUsage: Bool
    /// Numbers of tables in order of schema and name.
    private(set) var order: [Int64] = []
    var entries: [Int64: Entry] = [:]

    /// - Parameter countsUsage: whether the server counts at all (`track_counts`).
    init(countsUsage: Bool) {
        self.countsUsage = countsUsage
    }

    mutating func addTables(_ rows: Rows) throws(EngineError) {
        order.reserveCapacity(rows.count)
        entries.reserveCapacity(rows.count)
        for row in rows {
            let number = try row.decode(Int64.self, at: 0)
            let isPartition = try row.decode(Bool.self, at: 4)
            let table = Table(
                name: QualifiedName(schema: try row.decode(at: 1), name: try row.decode(at: 2)),
                kind: Self.kind(try row.decode(at: 3), isPartition: isPartition),
                columns: [],
                estimatedRows: try row.decode(Int?.self, at: 6),
                tableBytes: try row.decode(at: 7),
                usage: countsUsage ? try Self.usage(row) : nil
            )
            order.append(number)
            entries[number] = Entry(table: table, parent: try row.decode(Int64?.self, at: 5))
        }
    }

    mutating func addColumns(_ rows: Rows) throws(EngineError) {
        for row in rows {
            let name = try row.decode(String.self, at: 2)
            let attribute = try row.decode(Int.self, at: 1)
            let column = Table.Column(
                name: name,
                type: try row.decode(at: 3),
                isNullable: try row.decode(at: 4),
                defaultSQL: try row.decode(String?.self, at: 5),
                distinctValues: try row.decode(Double?.self, at: 6),
                nullRatio: try row.decode(Double?.self, at: 7)
            )
            let table = try row.decode(Int64.self, at: 0)
            entries[table]?.table.columns.append(column)
            entries[table]?.columnNames[attribute] = name
        }
    }

    mutating func addIndexes(_ rows: Rows, special: Rows) throws(EngineError) {
        var specialKeys: [Int64: [Int: Row]] = [:]
        for row in special {
            specialKeys[try row.decode(Int64.self, at: 0), default: [:]][try row.decode(Int.self, at: 1)] = row
        }
        for row in rows {
            let number = try row.decode(Int64.self, at: 0)
            let table = try row.decode(Int64.self, at: 1)
            guard let entry = entries[table] else { continue }
            let index = try index(row, of: entry, special: specialKeys[number] ?? [:])
            let parent = try row.decode(Int64?.self, at: 16)
            entries[table]?.indexes.append(IndexEntry(number: number, index: index, parent: parent))
        }
    }

    mutating func addConstraints(_ rows: Rows) throws(EngineError) {
        for row in rows {
            let table = try row.decode(Int64.self, at: 0)
            guard let names = entries[table]?.columnNames else { continue }
            let constraint = Constraint(
                name: try row.decode(at: 1),
                kind: try Self.constraintKind(row),
                columns: try row.decode([Int].self, at: 3).compactMap { names[$0] },
                isValidated: try row.decode(at: 4)
            )
            entries[table]?.table.constraints.append(constraint)
        }
    }

    /// The tables in order, with the sums of partitions added to their parents.
    mutating func finish() -> [Table] {
        addPartitionsToParents()
        return order.compactMap { number in
            guard let entry = entries[number] else { return nil }
            var table = entry.table
            table.partitionOf = entry.parent.flatMap { entries[$0]?.table.name }
            table.indexes = entry.indexes.map(\.index)
            table.indexBytes = table.indexes.reduce(0) { $0 + $1.sizeBytes }
            return table
        }
    }

    private static func kind(_ letter: String, isPartition: Bool) -> Table.Kind {
        switch letter {
        case "p": .partitioned
        case "f": .foreign
        case "m": .materializedView
        default: isPartition ? .partition : .ordinary
        }
    }

    private static func usage(_ row: Row) throws(EngineError) -> Table.Usage? {
        guard let scans = try row.decode(Int?.self, at: 8) else { return nil }
        return Table.Usage(
            sequentialScans: scans,
            sequentialRows: try row.decode(at: 9),
            indexScans: try row.decode(at: 10),
            rowsWritten: try row.decode(at: 11),
            liveRows: try row.decode(at: 12),
            deadRows: try row.decode(at: 13),
            rowsChangedSinceAnalyze: try row.decode(at: 14),
            lastAnalyzed: try row.decode(Timestamp?.self, at: 15),
            lastVacuumed: try row.decode(Timestamp?.self, at: 16)
        )
    }

    private func index(_ row: Row, of entry: Entry, special: [Int: Row]) throws(EngineError) -> Index {
        let attributes = try row.decode([Int].self, at: 4)
        let options = try row.decode([Int].self, at: 5)
        let keyCount = min(try row.decode(Int.self, at: 6), attributes.count)
        let keys = try (0..<keyCount)
            .map { position throws(EngineError) in
                let special = special[position + 1]
                let expression = try special?.decode(String?.self, at: 2)
                // Bits of indoption: INDOPTION_DESC and INDOPTION_NULLS_FIRST (src/include/catalog/pg_index.h).
                let option = position < options.count ? options[position] : 0
                return Index.Key(
                    expression ?? entry.columnNames[attributes[position]] ?? "",
                    isExpression: expression != nil,
                    isDescending: option & 1 != 0,
                    nullsFirst: option & 2 != 0,
                    collation: try special?.decode(String?.self, at: 3),
                    operatorClass: try special?.decode(String?.self, at: 4)
                )
            }
        var index = Index(
            name: try row.decode(at: 2),
            table: entry.table.name,
            method: try row.decode(at: 3),
            keys: keys,
            included: attributes[keyCount...].compactMap { entry.columnNames[$0] },
            predicate: try row.decode(String?.self, at: 7),
            isUnique: try row.decode(at: 8),
            areNullsDistinct: try row.decode(at: 17),
            isDeferrable: try row.decode(at: 18),
            isPrimary: try row.decode(at: 9),
            constraint: try row.decode(String?.self, at: 10),
            isReplicaIdentity: try row.decode(at: 11),
            isValid: try row.decode(at: 12),
            sizeBytes: try row.decode(at: 13),
            scans: countsUsage ? try row.decode(Int.self, at: 14) : nil,
            definition: try row.decode(String?.self, at: 15)
        )
        index.attachments = try Self.attachments(row)
        index.isReferenced = try row.decode(Bool.self, at: 24)
        return index
    }

    private static func attachments(_ row: Row) throws(EngineError) -> Index.Attachments {
        let targets = zip(try row.decode([Int].self, at: 21), try row.decode([Int].self, at: 22))
        return Index.Attachments(
            comment: try row.decode(String?.self, at: 19),
            isClustered: try row.decode(at: 20),
            statisticsTargets: Dictionary(targets.map { ($0, $1) }, uniquingKeysWith: { $1 }),
            tablespace: try row.decode(String?.self, at: 23)
        )
    }

    private static func constraintKind(_ row: Row) throws(EngineError) -> Constraint.Kind {
        switch try row.decode(String.self, at: 2) {
        case "p": return .primaryKey
        case "u": return .unique
        case "x": return .exclusion
        case "c": return .check(try row.decode(at: 9))
        default:
            let action: Constraint.Action =
                switch try row.decode(String.self, at: 8) {
                case "c": .cascade
                case "n": .setNull
                case "d": .setDefault
                default: .restrict
                }
            return .foreignKey(
                references: QualifiedName(schema: try row.decode(at: 5), name: try row.decode(at: 6)),
                columns: try row.decode([String].self, at: 7),
                onDelete: action
            )
        }
    }
}
