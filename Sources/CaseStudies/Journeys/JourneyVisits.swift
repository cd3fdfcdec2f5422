package import MartletCore

/// Row 2c: what a server looks up for each step that it does: the tenant and the node.
package struct JourneyVisits: Sendable {
    package init() {}

    /// Tenant's name and node's type for each visit.
    ///
    /// Whatever is kept begins empty, as after a start of the server; the gauge is told what it holds at the end.
    package func labels(
        of visits: [JourneyVisit],
        _ way: Way,
        on connection: any Connection,
        gauge: CacheGauge? = nil
    ) async throws -> [[Value]] {
        let (lookUp, bytes) = lookUp(way, on: connection)
        var labels: [[Value]] = []
        for visit in visits {
            let (tenant, node) = try await lookUp(visit)
            labels.append([(tenant?.name).value, (node?.type).value])
        }
        gauge?.note(bytes(), of: way)
        return labels
    }

    /// Row 2f: a node's type as it was read last before it was changed by itself, and last after.
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

    private typealias LookUp = (JourneyVisit) async throws -> (JourneyTenant?, JourneyNode?)

    /// How to look up, and the bytes that are kept meanwhile.
    private func lookUp(_ way: Way, on connection: any Connection) -> (LookUp, bytes: () -> Int?) {
        let read: JourneyNodeTable.Reader = { try await connection.run($0) }
        switch way {
        case .before, .fair:
            let table = JourneyNodeTable(connection.dialect)
            let lookUp: LookUp = { visit in
                (
                    try await table.tenant(visit.tenant, read),
                    try await table.node(visit.node, of: visit.tenant, read)
                )
            }
            return (lookUp, { nil })
        case .seed:
            let maps = JourneyMaps(connection.dialect, read: read)
            return ({ (try await maps.tenant($0.tenant), try await maps.node($0)) }, { maps.bytes })
        case .expert:
            let directory = JourneyDirectory(connection.dialect, read: read)
            return ({ (try await directory.tenant($0.tenant), try await directory.node($0)) }, { directory.bytes })
        }
    }
}
