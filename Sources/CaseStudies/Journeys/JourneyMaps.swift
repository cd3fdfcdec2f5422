package import Foundation
package import MartletCore
import Synchronization

/// The document's caches: two maps with an instant for each entry.
///
/// The key of a node has no tenant, nothing limits what is kept, each of many who miss asks, nobody remembers what
/// there is none of, and only changes of journeys clear anything, in this process alone.
package final class JourneyMaps: Sendable {
    private struct Entry<Content: Sendable>: Sendable {
        var content: Content
        var expiresAt: Duration
    }

    private struct State {
        var nodes: [String: Entry<JourneyNode>] = [:]
        var tenants: [UUID: Entry<JourneyTenant>] = [:]
    }

    /// Five minutes for nodes, ten for tenants.
    private static let timeToLiveOfNode = Duration.seconds(300)
    private static let timeToLiveOfTenant = Duration.seconds(600)

    private let state = Mutex(State())
    private let elapsed: @Sendable () -> Duration
    private let table: JourneyNodeTable
    private let read: JourneyNodeTable.Reader

    package init(
        _ dialect: Dialect,
        clock: some Clock<Duration> = ContinuousClock(),
        read: @escaping JourneyNodeTable.Reader
    ) {
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
        table = JourneyNodeTable(dialect)
        self.read = read
    }

    /// Nodes that are kept.
    package var nodeCount: Int { state.withLock { $0.nodes.count } }

    /// Bytes of all that is kept, without what the maps themselves need.
    package var bytes: Int {
        state.withLock { state in
            let ofNode = MemoryLayout<(String, Entry<JourneyNode>)>.stride
            let ofTenant = MemoryLayout<(UUID, Entry<JourneyTenant>)>.stride
            return state.nodes.reduce(0) { $0 + ofNode + $1.key.utf8.count + $1.value.content.bytes }
                + state.tenants.reduce(0) { $0 + ofTenant + $1.value.content.bytes }
        }
    }

    package func node(_ visit: JourneyVisit) async throws -> JourneyNode? {
        let key = "\(visit.journey):\(visit.node)"
        let now = elapsed()
        if let entry = state.withLock({ $0.nodes[key] }), now < entry.expiresAt { return entry.content }
        guard let node = try await table.node(visit.node, of: visit.tenant, read) else { return nil }
        state.withLock { $0.nodes[key] = Entry(content: node, expiresAt: now + Self.timeToLiveOfNode) }
        return node
    }

    package func tenant(_ id: UUID) async throws -> JourneyTenant? {
        let now = elapsed()
        if let entry = state.withLock({ $0.tenants[id] }), now < entry.expiresAt { return entry.content }
        guard let tenant = try await table.tenant(id, read) else { return nil }
        state.withLock { $0.tenants[id] = Entry(content: tenant, expiresAt: now + Self.timeToLiveOfTenant) }
        return tenant
    }

    /// Changes a node where it is edited by itself, which the document's clearing does not see.
    package func setType(_ type: String, at visit: JourneyVisit, on connection: any Connection) async throws -> Bool {
        try await table.setType(type, of: visit.node, of: visit.tenant, on: connection)
    }

    /// What the document does when a journey was changed or deleted.
    package func clear(_ journey: UUID) {
        state.withLock { state in
            state.nodes = state.nodes.filter { !$0.key.hasPrefix("\(journey):") }
        }
    }
}
