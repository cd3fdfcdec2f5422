package import MartletCore

/// Row 2f: what a server reads of a node around a change of it.
package struct JourneyVisits: Sendable {
    package init() {}

    /// A node's type as it was read last before it was changed by itself, and last after.
    package func typesAroundChange(
        of visit: JourneyVisit,
        to type: String,
        reads: Int,
        _ way: Way,
        on connection: any Connection,
        gauge: CacheGauge? = nil
    ) async throws -> [[Value]] {
        let read: JourneyNodeTable.Reader = { try await connection.run($0) }
        let look: (JourneyVisit) async throws -> JourneyNode?
        let change: () async throws -> Bool
        var bytes: () -> Int? = { nil }
        switch way {
        case .before, .fair:
            let table = JourneyNodeTable(connection.dialect)
            look = { try await table.node($0.node, of: $0.tenant, read) }
            change = { try await table.setType(type, of: visit.node, of: visit.tenant, on: connection) }
        case .seed:
            let maps = JourneyMaps(connection.dialect, read: read)
            look = maps.node
            bytes = { maps.bytes }
            change = { try await maps.setType(type, at: visit, on: connection) }
        case .expert:
            let directory = JourneyDirectory(connection.dialect, read: read)
            look = directory.node
            bytes = { directory.bytes }
            change = { try await directory.setType(type, at: visit, on: connection) }
        }
        var (old, new): (JourneyNode?, JourneyNode?)
        for _ in 0..<reads { old = try await look(visit) }
        _ = try await change()
        for _ in 0..<reads { new = try await look(visit) }
        gauge?.note(bytes(), of: way)
        return [[(old?.type).value, (new?.type).value]]
    }
}
