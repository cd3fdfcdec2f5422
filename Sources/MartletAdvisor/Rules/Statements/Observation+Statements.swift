package import MartletCore

extension Observation {
    /// What was counted for each statement, texts of one fingerprint taken together.
    ///
    /// A server counts one statement several times: for each role, and with `$1` or a value where one client binds what
    /// another writes out. Together they have the text of the first that has a plan, else of the first.
    package var statements: [StatementStatistics] {
        var merged: [StatementStatistics] = []
        var positions: [Fingerprint: Int] = [:]
        for statistics in workload?.statistics ?? [] {
            let fingerprint = Fingerprint(of: statistics.statement, dialect: catalog.dialect)
            guard let position = positions[fingerprint] else {
                positions[fingerprint] = merged.count
                merged.append(statistics)
                continue
            }
            if plans[merged[position].statement] == nil, plans[statistics.statement] != nil {
                merged[position].statement = statistics.statement
            }
            merged[position].add(statistics)
        }
        return merged
    }
}

extension StatementStatistics {
    /// Adds what was counted for the same statement elsewhere.
    fileprivate mutating func add(_ other: StatementStatistics) {
        calls += other.calls
        totalSeconds += other.totalSeconds
        rows += other.rows
        maximumSeconds = [maximumSeconds, other.maximumSeconds].compactMap(\.self).max()
        guard let more = other.buffers else { return }
        buffers = Buffers(
            hit: (buffers?.hit ?? 0) + more.hit,
            read: (buffers?.read ?? 0) + more.read,
            temporary: (buffers?.temporary ?? 0) + more.temporary
        )
    }
}
