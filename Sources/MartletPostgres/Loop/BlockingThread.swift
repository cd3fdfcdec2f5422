internal import Foundation

/// A thread for one call that blocks, so that neither a loop nor the cooperative pool waits for it.
enum BlockingThread {
    static func run(named name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.name = name
        thread.start()
    }
}
