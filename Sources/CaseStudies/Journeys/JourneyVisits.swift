package import MartletCore

/// Row 2c: what a server looks up for each step that it does: the tenant and the node.
package struct JourneyVisits: Sendable {
    package init() {}

    /// Tenant's name and node's type for each visit.
    ///
    /// Whatever is kept begins empty, as after a start of the server.
    package func labels(
        of visits: [JourneyVisit],
        _ way: Way,
        on connection: any Connection
    ) async throws -> [[Value]] {
        let lookUp = lookUp(way, on: connection)
        var labels: [[Value]] = []
        for visit in visits {
            let (tenant, node) = try await lookUp(visit)
            labels.append([(tenant?.name).value, (node?.type).value])
        }
        return labels
    }

    /// Row 2f: a node's type before it is changed by itself, and after.
    package func typesAroundChange(
        of visit: JourneyVisit,
        to type: String,
        _ way: Way,
        on connection: any Connection
    ) async throws -> [[Value]] {
        let read: JourneyNodeTable.Reader = { try await connection.run($0) }
        let types: [String?]
        switch way {
        case .before, .fair:
            let table = JourneyNodeTable(connection.dialect)
            let old = try await table.node(visit.node, of: visit.tenant, read)
            _ = try await table.setType(type, of: visit.node, of: visit.tenant, on: connection)
            types = [old?.type, try await table.node(visit.node, of: visit.tenant, read)?.type]
        case .seed:
            let maps = JourneyMaps(connection.dialect, read: read)
            let old = try await maps.node(visit)
            _ = try await maps.setType(type, at: visit, on: connection)
            types = [old?.type, try await maps.node(visit)?.type]
        case .expert:
            let directory = JourneyDirectory(connection.dialect, read: read)
            let old = try await directory.node(visit)
            _ = try await directory.setType(type, at: visit, on: connection)
            types = [old?.type, try await directory.node(visit)?.type]
        }
        return [types.map(\.value)]
    }

    private typealias LookUp = (JourneyVisit) async throws -> (JourneyTenant?, JourneyNode?)

    private func lookUp(_ way: Way, on connection: any Connection) -> LookUp {
        let read: JourneyNodeTable.Reader = { try await connection.run($0) }
        switch way {
        case .before, .fair:
            let table = JourneyNodeTable(connection.dialect)
            return { visit in
                (
                    try await table.tenant(visit.tenant, read),
                    try await table.node(visit.node, of: visit.tenant, read)
                )
            }
        case .seed:
            let maps = JourneyMaps(connection.dialect, read: read)
            return { (try await maps.tenant($0.tenant), try await maps.node($0)) }
        case .expert:
            let directory = JourneyDirectory(connection.dialect, read: read)
            return { (try await directory.tenant($0.tenant), try await directory.node($0)) }
        }
    }
}
