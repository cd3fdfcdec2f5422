internal import MartletCore

/// Ending early what the server runs.
extension PostgresConnection {
    /// How long a server may take to answer a cancellation before the connection is given up.
    static let cancelGrace = Duration.seconds(5)
    /// A request that overtakes its statement finds nothing to cancel, so it is sent again, ever less often.
    private static let firstPause = Duration.milliseconds(5)
    private static let pauseMax = Duration.milliseconds(500)

    /// Asks for the end of an exchange.
    ///
    /// A cancellation hits whatever the server runs, so it is sent only once the exchange is the one that runs.
    func stop(_ exchange: Exchange, _ reason: Exchange.Stop) {
        guard exchange.stop == nil, inFlight.contains(where: { $0 === exchange }) else { return }
        exchange.stop = reason
        sendCancelIfWanted()
    }

    /// Looks whether the exchange that runs now is one that is to end.
    func sendCancelIfWanted() {
        guard !isCancelling, let exchange = inFlight.first, exchange.stop != nil, !exchange.isCancelSent else { return }
        exchange.isCancelSent = true
        if let timer = exchange.timer { loop.cancel(timer) }
        exchange.timer = schedule(at: .now + Self.cancelGrace) { $0.giveUp() }
        cancelPause = Self.firstPause
        cancelOnServer()
    }

    /// Asks the server to stop what the one does that uses the connection alone; what is still to come is then read to
    /// its end, within the grace.
    func interrupt() {
        guard failure == nil, !exclusive.isEnding else { return }
        awaitEnd()
        exclusive.isInterrupted = true
        cancelPause = Self.firstPause
        cancelOnServer()
    }

    /// From now on the caller's task is no longer asked whether it was cancelled.
    func awaitEnd() {
        guard failure == nil, !exclusive.isEnding else { return }
        exclusive.isEnding = true
        exclusive.timer = schedule(at: .now + Self.cancelGrace) { $0.giveUp() }
    }

    private func giveUp() {
        fail(PostgresError.lost("the server did not answer a cancellation within \(Self.cancelGrace)"))
    }

    /// Asks the server to cancel what it runs for this connection, from a thread that may block.
    ///
    /// The gate is closed until the server has passed the request on: what is sent afterwards cannot be hit by it.
    private func cancelOnServer() {
        guard !isCancelling, let handle = session.cancelHandle() else { return }
        isCancelling = true
        // The server may be done with the first before the request arrives, and be at the next.
        for other in inFlight.dropFirst() { other.mayBeHit = true }
        if let cancelTimer { loop.cancel(cancelTimer) }
        cancelTimer = schedule(at: .now + Self.cancelGrace) { $0.giveUp() }
        BlockingThread.run(named: "martlet-cancel") { [weak self, loop] in
            handle.send()
            Task(executorPreference: loop) { await self?.cancelWasSent() }
        }
    }

    private func cancelWasSent() {
        isCancelling = false
        if let cancelTimer { loop.cancel(cancelTimer) }
        cancelTimer = nil
        guard failure == nil else { return }
        sendCancelIfWanted()
        guard !isCancelling else { return }
        if isCancelWanted {
            cancelTimer = schedule(at: .now + cancelPause) { $0.cancelAgain() }
            cancelPause = min(cancelPause * 2, Self.pauseMax)
        }
        admit()
    }

    private func cancelAgain() {
        cancelTimer = nil
        if isCancelWanted { cancelOnServer() }
    }

    private var isCancelWanted: Bool {
        inFlight.first?.isCancelSent ?? exclusive.isInterrupted
    }
}
