import Martlet
import MartletCore
import MartletRedis

/// Looks names up: here, then in the Redis that all processes share, then in the database.
struct SharedUsers {
    let feed: CacheFeed
    private let pool: Pool
    private let names = Cache<TenantScoped<String, Int>, String>(entriesMax: 10_000)

    /// `redis` is `RedisOptions(.host("cache.internal"))`, for example.
    init(engine: any Engine, pool: Pool, redis: RedisOptions) {
        self.pool = pool
        feed = CacheFeed(engine: engine)
        feed.attach(names, scope: "names", sharing: SharedCacheTier(RedisStore(redis), coding: .json))
    }

    func name(of id: Int, tenant: String) async throws -> String? {
        try await names.scoped(to: tenant)
            .value(for: id) { [pool] in
                try await pool.withConnection { connection in
                    let rows = try await connection.run(
                        "SELECT name FROM users WHERE tenant = \(tenant) AND id = \(id)"
                    )
                    return try rows.first?.decode(String.self, at: 0)
                }
            }
    }

    func rename(_ id: Int, tenant: String, to name: String) async throws {
        try await pool.withConnection { connection in
            try await feed.write(on: connection) { connection, changes in
                changes.insert(.key(TenantScoped(tenant: tenant, id: id), in: "names"))
                _ = try await connection.run(
                    "UPDATE users SET name = \(name) WHERE tenant = \(tenant) AND id = \(id)"
                )
            }
        }
    }
}
