/// A key that belongs to one tenant.
///
/// A `Cache<TenantScoped<String, Int>, User>` cannot be asked without saying whose user is meant, and the same id of
/// two tenants is two keys. `cache.scoped(to:)` gives a part of the application only the keys of one tenant. A tenant
/// or id that is a `String` equals another only if both have the same bytes, as in a database: é as one scalar and as e
/// with an accent are two, though equal in Swift. Types of your own are equal as they say.
///
/// A feed and a second tier write keys as texts, which they can by themselves if tenant and id are
/// `LosslessStringConvertible`: a `String` or a number is, a `UUID` is not. For others there are
/// `CacheFeed.attach(_:scope:key:)` and `CacheInvalidation.key(scope:key:)`, without a second tier.
public struct TenantScoped<Tenant: Hashable & Sendable, ID: Hashable & Sendable>: Hashable, Sendable {
    /// Whose it is.
    public let tenant: Tenant
    /// What it is called within the tenant.
    public let id: ID

    /// The key of one tenant's thing.
    public init(tenant: Tenant, id: ID) {
        self.tenant = tenant
        self.id = id
    }

    /// Whether both are the same thing of the same tenant, as a database would have it: texts by their bytes.
    @inlinable
    public static func == (lhs: TenantScoped, rhs: TenantScoped) -> Bool {
        ExactKey(lhs.tenant) == ExactKey(rhs.tenant) && ExactKey(lhs.id) == ExactKey(rhs.id)
    }

    /// Hashes tenant and id.
    @inlinable
    public func hash(into hasher: inout Hasher) {
        tenant.hash(into: &hasher)
        id.hash(into: &hasher)
    }
}

extension TenantScoped: CustomStringConvertible, LosslessStringConvertible
where Tenant: LosslessStringConvertible, ID: LosslessStringConvertible {
    /// The length of the tenant's name, a colon, the tenant, the id: no two keys have the same text.
    public var description: String {
        let name = tenant.description
        return "\(name.utf8.count):\(name)\(id.description)"
    }

    /// Reads what `description` has written.
    public init?(_ description: String) {
        // Not as a character: what begins with a combining mark would be one with the colon.
        guard let colon = description.utf8.firstIndex(of: UInt8(ascii: ":")),
            let length = Int(Substring(description.utf8[..<colon])), length >= 0
        else { return nil }
        let rest = description.utf8[description.utf8.index(after: colon)...]
        guard rest.count >= length, let name = String(rest.prefix(length)), let text = String(rest.dropFirst(length)),
            let tenant = Tenant(name), let id = ID(text)
        else { return nil }
        self.init(tenant: tenant, id: id)
    }
}

/// The keys of one tenant in a cache that many share.
public struct TenantCache<Tenant: Hashable & Sendable, ID: Hashable & Sendable, Value: Sendable>: Sendable {
    let cache: Cache<TenantScoped<Tenant, ID>, Value>
    let tenant: Tenant

    /// As `Cache.value(for:tags:load:)`, for this tenant's key.
    public func value(
        for id: ID,
        tags: [CacheTag] = [],
        load: @escaping @Sendable () async throws -> Value?
    ) async throws -> Value? {
        try await cache.value(for: TenantScoped(tenant: tenant, id: id), tags: tags, load: load)
    }

    /// As `Cache.invalidate(_:)`, for this tenant's key.
    public func invalidate(_ id: ID) {
        cache.invalidate(TenantScoped(tenant: tenant, id: id))
    }
}

extension Cache {
    /// The cache as one tenant may see it.
    public func scoped<Tenant, ID>(to tenant: Tenant) -> TenantCache<Tenant, ID, Value>
    where Key == TenantScoped<Tenant, ID> {
        TenantCache(cache: self, tenant: tenant)
    }
}
