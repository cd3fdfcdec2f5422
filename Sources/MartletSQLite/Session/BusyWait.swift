internal import Foundation
internal import GRDB
internal import MartletCore

/// Waits for another connection's lock: up to five seconds, and no longer than the caller waits.
///
/// SQLite's own busy timeout sleeps through cancellation and deadlines.
struct BusyWait: Sendable {
    let mailbox: Mailbox

    /// Pauses in milliseconds of the first tries, then the last one again and again: those of SQLite's own handler
    /// (`sqliteDefaultBusyCallback`, main.c 3.40.1), but short enough to notice a cancellation.
    private static let pauses = [1, 2, 5, 10, 15, 20, 25]
    private static let limitMilliseconds = 5_000

    var mode: Database.BusyMode {
        .callback { tries in mayTryAgain(after: tries) }
    }

    private func mayTryAgain(after tries: Int) -> Bool {
        guard mailbox.interruption == nil else { return false }
        let pause = Self.pauses[min(tries, Self.pauses.count - 1)]
        let late = tries - Self.pauses.count
        let waited = late < 0 ? 0 : Self.pauses.reduce(0, +) + late * pause
        guard waited < Self.limitMilliseconds else { return false }
        Thread.sleep(forTimeInterval: Double(pause) / 1_000)
        return true
    }
}
