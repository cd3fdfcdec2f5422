import Synchronization

/// A value that several tasks change: a `Mutex` that closures of closures can capture.
final class Guarded<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) {
        mutex = Mutex(value)
    }

    func withLock<Success: Sendable>(_ body: (inout Value) -> Success) -> Success {
        mutex.withLock { body(&$0) }
    }

    var value: Value { withLock { $0 } }
}
