public import MartletCore

/// What has changed, as far as caches are concerned.
public enum CacheInvalidation: Sendable, Hashable {
    /// One key of the caches that are attached under a scope.
    case key(scope: String, key: String)
    /// All that has a tag, in all attached caches.
    case tag(CacheTag)
    /// All there is, in all attached caches.
    case everything

    /// Whether both are the same change: texts by their bytes, so that none is left out of the log for another.
    public static func == (lhs: CacheInvalidation, rhs: CacheInvalidation) -> Bool {
        switch (lhs, rhs) {
        case (.key(let scope, let key), .key(let otherScope, let otherKey)):
            scope.hasSameBytes(as: otherScope) && key.hasSameBytes(as: otherKey)
        case (.tag(let tag), .tag(let other)): tag.text.hasSameBytes(as: other.text)
        case (.everything, .everything): true
        default: false
        }
    }

    /// Hashes the texts, of which those with the same bytes have the same hash.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .key(let scope, let key):
            scope.hash(into: &hasher)
            key.hash(into: &hasher)
        case .tag(let tag): tag.hash(into: &hasher)
        case .everything: break
        }
    }

    /// One key of the caches that are attached under a scope.
    public static func key(_ key: some LosslessStringConvertible, in scope: String) -> CacheInvalidation {
        .key(scope: scope, key: key.description)
    }

    /// Enters changes in the log, in the transaction that is open on the connection.
    ///
    /// For a transaction that `CacheFeed.write` does not run, such as that of another program. Caches of this process
    /// must be told too, with `CacheFeed.apply`, after the commit. One round trip for each 400 changes.
    public static func record(_ changes: some Sequence<CacheInvalidation>, on connection: any Connection) async throws {
        for statement in CacheLog(dialect: connection.dialect).recording(Array(changes)) {
            try await connection.run(statement)
        }
    }
}
