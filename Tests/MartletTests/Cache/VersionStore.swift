import Synchronization

/// Stands for a table: a version for each key, and the newest that a writer has been told is there.
final class VersionStore: Sendable {
    private let versions: Mutex<[(current: Int, acknowledged: Int)]>

    init(keys: Int) {
        versions = Mutex([(current: Int, acknowledged: Int)](repeating: (0, 0), count: keys))
    }

    func current(_ key: Int) -> Int { versions.withLock { $0[key].current } }
    func acknowledged(_ key: Int) -> Int { versions.withLock { $0[key].acknowledged } }

    func change(_ key: Int) -> Int {
        versions.withLock { versions in
            versions[key].current += 1
            return versions[key].current
        }
    }

    func acknowledge(_ version: Int, of key: Int) {
        versions.withLock { $0[key].acknowledged = max($0[key].acknowledged, version) }
    }
}
