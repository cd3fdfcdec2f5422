import Martlet
import MartletCore
import MartletRedis

/// Looks names up: here, then in the Redis that all processes share, then in the database.
struct SharedUsers {
    let feed: CacheFeed
    private let engine: any Engine
    private let names = Cache<TenantScoped<String, Int>, String>(entriesMax: 10_000)

    init(engine: any Engine, redis: RedisStore) {
        self.engine = engine
        feed = CacheFeed(engine: engine)
        feed.attach(names, scope: "names", sharing: SharedCacheTier(redis, coding: .json))
    }

    func name(of id: Int, tenant: String) async throws -> String? {
        try await names.scoped(to: tenant)
            .value(for: id) { [engine] in
                try await engine.withConnection(.readOnly) { connection in
                    let rows = try await connection.run(
                        "SELECT name FROM users WHERE tenant = \(tenant) AND id = \(id)"
                    )
                    return try rows.first?.decode(at: 0)
                }
            }
    }

    func rename(_ id: Int, tenant: String, to name: String) async throws {
        try await engine.withConnection(.readWrite) { connection in
            try await feed.write(on: connection) { connection, changes in
                changes.insert(.key(TenantScoped(tenant: tenant, id: id), in: "names"))
                _ = try await connection.run(
                    "UPDATE users SET name = \(name) WHERE tenant = \(tenant) AND id = \(id)"
                )
            }
        }
    }
}
