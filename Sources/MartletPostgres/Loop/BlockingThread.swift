internal import Foundation

/// A thread for one call that blocks, so that neither a loop nor the cooperative pool waits for it.
enum BlockingThread {
    static func run(
        named name: String,
        _ body: @escaping @Sendable () -> Void,
        completion: @escaping @Sendable () -> Void
    ) {
        let thread = Thread {
            body()
            completion()
        }
        thread.name = name
        thread.start()
    }
}
