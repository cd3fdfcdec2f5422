package import Foundation
package import Martlet
package import MartletCore

/// Row 2c and 2f: nodes and tenants kept in memory, within a bound, until somebody changes them.
///
/// A node's key has its tenant. One load runs for a key however many ask; what there is none of is remembered too.
/// With a feed, all servers of a database hear of each change.
package final class JourneyDirectory: Sendable {
    package typealias NodeKey = TenantScoped<UUID, UUID>

    /// From when on a change is said to be done.
    package enum Acknowledgement: Sendable {
        /// This server serves nothing older.
        case here
        /// No server does: waits for as long as the feed lets another one lag behind.
        case everywhere
    }

    /// Room for some ten thousand nodes.
    package static let bytesMax = 8 << 20
    private static let nodeScope = "journeys.nodes"
    private static let tenantScope = "journeys.tenants"

    package let nodes: Cache<NodeKey, JourneyNode>
    package let tenants: Cache<UUID, JourneyTenant>
    private let table: JourneyNodeTable
    private let read: JourneyNodeTable.Reader
    private let feed: CacheFeed?

    /// A directory whose loads run by a reader, which must see all that is committed.
    package init(
        _ dialect: Dialect,
        feed: CacheFeed? = nil,
        bytesMax: Int = JourneyDirectory.bytesMax,
        clock: any Clock<Duration> = ContinuousClock(),
        read: @escaping JourneyNodeTable.Reader
    ) {
        nodes = Cache(bytesMax: bytesMax, clock: clock) { _, node in node.bytes }
        tenants = Cache(bytesMax: bytesMax, clock: clock) { _, tenant in tenant.bytes }
        table = JourneyNodeTable(dialect)
        self.read = read
        self.feed = feed
        feed?.attach(nodes, scope: Self.nodeScope, key: Self.nodeKey)
        feed?.attach(tenants, scope: Self.tenantScope) { UUID(uuidString: $0) }
    }

    /// Bytes of all that is kept.
    package var bytes: Int { nodes.metrics.weight + tenants.metrics.weight }

    package func node(_ visit: JourneyVisit) async throws -> JourneyNode? {
        try await nodes.value(for: Self.key(visit), tags: [Self.tag(visit.journey)]) { [table, read] in
            try await table.node(visit.node, of: visit.tenant, read)
        }
    }

    package func tenant(_ id: UUID) async throws -> JourneyTenant? {
        try await tenants.value(for: id) { [table, read] in try await table.tenant(id, read) }
    }

    /// Changes a node; when it has returned, nobody it vouches for is served what was.
    package func setType(
        _ type: String,
        at visit: JourneyVisit,
        on connection: any Connection,
        acknowledged acknowledgement: Acknowledgement = .here
    ) async throws -> Bool {
        let key = CacheInvalidation.key(scope: Self.nodeScope, key: "\(visit.tenant)/\(visit.node)")
        return try await change([key], on: connection, acknowledgement) { [table] connection in
            try await table.setType(type, of: visit.node, of: visit.tenant, on: connection)
        }
    }

    /// Deletes a journey and all that belongs to it.
    package func deleteJourney(
        _ journey: UUID,
        of tenant: UUID,
        on connection: any Connection,
        acknowledged acknowledgement: Acknowledgement = .here
    ) async throws -> Bool {
        try await change([.tag(Self.tag(journey))], on: connection, acknowledgement) { [table] connection in
            try await table.deleteJourney(journey, of: tenant, on: connection)
        }
    }

    private func change(
        _ invalidations: [CacheInvalidation],
        on connection: any Connection,
        _ acknowledgement: Acknowledgement,
        _ body: (any Connection) async throws -> Bool
    ) async throws -> Bool {
        guard let feed else {
            defer { forget(invalidations) }
            return try await body(connection)
        }
        let hasChanged = try await feed.write(on: connection) { connection, changes in
            for invalidation in invalidations { changes.insert(invalidation) }
            return try await body(connection)
        }
        if acknowledgement == .everywhere { try await Task.sleep(for: feed.options.stalenessMax) }
        return hasChanged
    }

    /// Without a feed there is only this process to tell.
    private func forget(_ invalidations: [CacheInvalidation]) {
        for invalidation in invalidations {
            switch invalidation {
            case .key(_, let text): Self.nodeKey(text).map(nodes.invalidate)
            case .tag(let tag): nodes.invalidate(tag: tag)
            case .everything: nodes.removeAll()
            }
        }
    }

    private static func key(_ visit: JourneyVisit) -> NodeKey {
        NodeKey(tenant: visit.tenant, id: visit.node)
    }

    private static func nodeKey(_ text: String) -> NodeKey? {
        let parts = text.split(separator: "/").compactMap { UUID(uuidString: String($0)) }
        return parts.count == 2 ? NodeKey(tenant: parts[0], id: parts[1]) : nil
    }

    private static func tag(_ journey: UUID) -> CacheTag { "journey:\(journey)" }
}
