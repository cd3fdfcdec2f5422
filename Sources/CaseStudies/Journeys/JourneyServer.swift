import MartletCore
import Synchronization

/// Row 2c: what a server looks up for each step that it does, the tenant and the node, and what it keeps of them for
/// as long as it runs.
final class JourneyServer: Sendable {
    private typealias LookUp = @Sendable (JourneyVisit) async throws -> (JourneyTenant?, JourneyNode?)

    /// Servers that go on running from one unit of work to the next, one for each way.
    final class Running: Sendable {
        private let servers = Mutex<[Way: JourneyServer]>([:])

        /// The server of a way; one that has just started where there is none.
        func server(_ way: Way, on connection: any Connection) -> JourneyServer {
            servers.withLock { $0[way] } ?? start(way, on: connection)
        }

        /// Starts the server of a way anew.
        func start(_ way: Way, on connection: any Connection) -> JourneyServer {
            let server = JourneyServer(way, on: connection)
            servers.withLock { $0[way] = server }
            return server
        }
    }

    /// The session of the work that is being done.
    private final class Session: Sendable {
        private let connection: Mutex<any Connection>

        init(_ connection: any Connection) {
            self.connection = Mutex(connection)
        }

        var current: any Connection {
            get { connection.withLock(\.self) }
            set { connection.withLock { $0 = newValue } }
        }
    }

    /// Look-ups at a time while a server fills what it keeps.
    private static let tasksMax = 64

    private let session: Session
    private let lookUp: LookUp
    private let keptBytes: @Sendable () -> Int?

    /// A server that has just started: whatever is kept begins empty.
    init(_ way: Way, on connection: any Connection) {
        let session = Session(connection)
        self.session = session
        let read: JourneyNodeTable.Reader = { try await session.current.run($0) }
        switch way {
        case .before, .fair:
            let table = JourneyNodeTable(connection.dialect)
            lookUp = { visit in
                (
                    try await table.tenant(visit.tenant, read),
                    try await table.node(visit.node, of: visit.tenant, read)
                )
            }
            keptBytes = { nil }
        case .seed:
            let maps = JourneyMaps(connection.dialect, read: read)
            lookUp = { (try await maps.tenant($0.tenant), try await maps.node($0)) }
            keptBytes = { maps.bytes }
        case .expert:
            let directory = JourneyDirectory(connection.dialect, read: read)
            lookUp = { (try await directory.tenant($0.tenant), try await directory.node($0)) }
            keptBytes = { directory.bytes }
        }
    }

    /// Bytes of all that it keeps; nil where it keeps nothing.
    var bytes: Int? { keptBytes() }

    /// Tenant's name and node's type for each visit, one after the other.
    func labels(of visits: some Sequence<JourneyVisit>, on connection: any Connection) async throws -> [[Value]] {
        session.current = connection
        var labels: [[Value]] = []
        for visit in visits {
            let (tenant, node) = try await lookUp(visit)
            labels.append([(tenant?.name).value, (node?.type).value])
        }
        return labels
    }

    /// Has done these visits before, many at a time.
    func remember(_ visits: some Sequence<JourneyVisit>) async throws {
        guard bytes != nil else { return }
        var rest = Set(visits).makeIterator()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.tasksMax {
                guard let visit = rest.next() else { break }
                group.addTask { [lookUp] in _ = try await lookUp(visit) }
            }
            while try await group.next() != nil {
                guard let visit = rest.next() else { continue }
                group.addTask { [lookUp] in _ = try await lookUp(visit) }
            }
        }
    }
}
