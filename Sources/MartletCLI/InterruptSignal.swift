import Dispatch
import Foundation
import Glibc

/// Ctrl-C: the first ends the work cleanly, the second at once.
///
/// Made and stopped by the one function that runs the command.
final class InterruptSignal {
    private let sources: [any DispatchSourceSignal]

    init(_ interrupt: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM]
            .map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number)
                let count = InterruptCount()
                source.setEventHandler {
                    if count.next() > 1 { _exit(ExitStatus.interrupted.rawValue) }
                    Terminal().note("stopping; press Ctrl-C again to stop at once")
                    interrupt()
                }
                source.resume()
                return source
            }
    }

    func stop() {
        for source in sources { source.cancel() }
    }
}

/// Counts on the one queue that its signal's handler runs on, which is why it is `@unchecked Sendable`.
private final class InterruptCount: @unchecked Sendable {
    private var count = 0

    func next() -> Int {
        count += 1
        return count
    }
}
