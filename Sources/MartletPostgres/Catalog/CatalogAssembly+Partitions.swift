internal import MartletCore

/// Sums over partitions: PostgreSQL itself says 0 of a partitioned table, which has no storage of its own.
extension CatalogAssembly {
    mutating func addPartitionsToParents() {
        let leaves = order.filter { entries[$0].map { $0.parent != nil && $0.table.kind != .partitioned } ?? false }
        for leaf in leaves {
            guard let entry = entries[leaf] else { continue }
            for ancestor in chain(from: entry.parent, next: { entries[$0]?.parent }) {
                entries[ancestor]?.table.add(partition: entry.table)
            }
        }
        estimateRows(leaves)
        addIndexes(leaves)
    }

    /// A parent's own estimate is as old as its last ANALYZE, which never happens by itself: the sum is better, if all
    /// parts are known.
    private mutating func estimateRows(_ leaves: [Int64]) {
        var sums: [Int64: Int?] = [:]
        for leaf in leaves {
            guard let entry = entries[leaf] else { continue }
            for ancestor in chain(from: entry.parent, next: { entries[$0]?.parent }) {
                let known = sums[ancestor, default: 0]
                sums[ancestor] = .some(known.flatMap { sum in entry.table.estimatedRows.map { sum + $0 } })
            }
        }
        for case (let parent, .some(let sum)) in sums { entries[parent]?.table.estimatedRows = sum }
    }

    private mutating func addIndexes(_ leaves: [Int64]) {
        let all = entries.values.flatMap(\.indexes)
        let parents = Dictionary(all.map { ($0.number, $0.parent) }, uniquingKeysWith: { $1 })
        var sums: [Int64: (sizeBytes: Int, scans: Int)] = [:]
        for index in leaves.compactMap({ entries[$0] }).flatMap(\.indexes) {
            for ancestor in chain(from: index.parent, next: { parents[$0] ?? nil }) {
                sums[ancestor, default: (0, 0)].sizeBytes += index.index.sizeBytes
                sums[ancestor, default: (0, 0)].scans += index.index.scans ?? 0
            }
        }
        for (table, entry) in entries where entry.table.kind == .partitioned {
            entries[table]?.indexes = entry.indexes.map { index in
                guard let sum = sums[index.number] else { return index }
                var index = index
                index.index.sizeBytes = sum.sizeBytes
                index.index.scans = countsUsage ? sum.scans : nil
                return index
            }
        }
    }

    /// A parent, its parent, and so on.
    private func chain(from first: Int64?, next: (Int64) -> Int64?) -> [Int64] {
        var found: [Int64] = []
        var current = first
        while let number = current {
            found.append(number)
            current = next(number)
        }
        return found
    }
}

extension Table {
    /// Adds what a partition holds and was used for; when the parent was analysed is its own.
    fileprivate mutating func add(partition: Table) {
        tableBytes += partition.tableBytes
        guard let other = partition.usage else { return }
        var sum = usage ?? Usage()
        sum.sequentialScans += other.sequentialScans
        sum.sequentialRows += other.sequentialRows
        sum.indexScans += other.indexScans
        sum.rowsWritten += other.rowsWritten
        sum.liveRows += other.liveRows
        sum.deadRows += other.deadRows
        sum.rowsChangedSinceAnalyze += other.rowsChangedSinceAnalyze
        usage = sum
    }
}
