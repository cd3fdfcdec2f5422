import Synchronization

/// How many bytes the caches of an operation held at the end of its last run, way by way.
package final class CacheGauge: Sendable {
    private let bytes = Mutex<[Way: Int]>([:])

    package init() {}

    /// Nil where a way keeps nothing, or has not run.
    package subscript(way: Way) -> Int? { bytes.withLock { $0[way] } }

    func note(_ count: Int?, of way: Way) {
        bytes.withLock { $0[way] = count }
    }
}
