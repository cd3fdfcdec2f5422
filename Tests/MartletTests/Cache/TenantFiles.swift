import Foundation
import Martlet
import MartletCore

/// Names of files by tenant, where a tenant is a UUID.
struct TenantFiles {
    let feed: CacheFeed
    private let pool: Pool
    private let names = Cache<TenantScoped<UUID, Int>, String>(entriesMax: 10_000)

    init(engine: any Engine, pool: Pool) {
        self.pool = pool
        feed = CacheFeed(engine: engine)
        // How a key is read from the log: the inverse of `logged`.
        feed.attach(names, scope: "files") { text in
            let parts = text.split(separator: "/")
            guard parts.count == 2, let tenant = UUID(uuidString: String(parts[0])), let id = Int(parts[1]) else {
                return nil
            }
            return TenantScoped(tenant: tenant, id: id)
        }
    }

    private static func logged(_ tenant: UUID, _ id: Int) -> CacheInvalidation {
        .key(scope: "files", key: "\(tenant.uuidString)/\(id)")
    }

    func name(of id: Int, tenant: UUID) async throws -> String? {
        try await names.scoped(to: tenant)
            .value(for: id) { [pool] in
                try await pool.withConnection { connection in
                    let rows = try await connection.run(
                        "SELECT name FROM files WHERE tenant = \(tenant.uuidString) AND id = \(id)"
                    )
                    return try rows.first?.decode(String.self, at: 0)
                }
            }
    }

    func rename(_ id: Int, tenant: UUID, to name: String) async throws {
        try await pool.withConnection { connection in
            try await feed.write(on: connection) { connection, changes in
                changes.insert(Self.logged(tenant, id))
                _ = try await connection.run(
                    "UPDATE files SET name = \(name) WHERE tenant = \(tenant.uuidString) AND id = \(id)"
                )
            }
        }
    }

    var metrics: CacheMetrics { names.metrics }
}
