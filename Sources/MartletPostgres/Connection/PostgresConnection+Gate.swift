internal import MartletCore

/// Who may send, and who waits for it.
extension PostgresConnection {
    /// Whether a caller has to wait before it may send beside others.
    @inline(__always)
    func isGateClosed(_ deadline: Deadline?) throws(EngineError) -> Bool {
        if let failure { throw failure }
        if Task.isCancelled { throw PostgresError.cancelledBefore }
        if let deadline, deadline.hasPassed { throw deadline.errorOfWaiting() }
        return !gate.isOpen || isCancelling
    }

    /// Waits until the caller may send.
    ///
    /// Those let in beside others then call `arrive()`, and send before they suspend again.
    func waitAtGate(exclusively isExclusive: Bool, _ deadline: Deadline?) async throws(EngineError) {
        try refuseWithinOwnStream()
        let ticket = GateTicket(isExclusive: isExclusive)
        gate.append(ticket)
        admit()
        var timer: TimerQueue.ID?
        if let deadline { timer = schedule(at: deadline.instant) { $0.leaveGate(ticket, .deadline) } }
        let outcome = await withTaskCancellationHandler {
            await settlement(of: ticket)
        } onCancel: {
            Task(executorPreference: loop) { await self.leaveGate(ticket, .cancelled) }
        }
        if let timer { loop.cancel(timer) }
        switch outcome {
        case .admitted:
            guard failure != nil || Task.isCancelled else { return }
            if isExclusive { gate.leave() } else { gate.arrive() }
            admit()
            throw failure ?? PostgresError.cancelledBefore
        case .cancelled: throw PostgresError.cancelledBefore
        case .deadline: throw deadline?.errorOfWaiting() ?? PostgresError.cancelledBefore
        case .failed: throw failure ?? PostgresError.lost("")
        }
    }

    /// Lets in whoever is next.
    func admit() {
        guard failure == nil, !isCancelling else { return }
        gate.admit(isIdle: inFlight.isEmpty)
    }

    /// Says that the caller is past the gate, and about to send.
    ///
    /// Not done for it by `waitAtGate`: a return from there may suspend, and one that uses the connection alone would
    /// slip in between.
    func arrive() {
        gate.arrive()
        // Whoever is next is looked at once this caller has sent, or has failed to.
        Task(executorPreference: loop) { await self.admit() }
    }

    /// Where those are resumed who wait; on the loop, as `end(of:)`.
    private func settlement(of ticket: GateTicket) async -> GateTicket.Outcome {
        await withCheckedContinuation { ticket.wait($0) }
    }

    private func leaveGate(_ ticket: GateTicket, _ outcome: GateTicket.Outcome) {
        ticket.settle(outcome)
        gate.remove(ticket)
        admit()
    }

    private func refuseWithinOwnStream() throws(EngineError) {
        guard let open = exclusive.stream, Self.streams.contains(where: { $0 === open }) else { return }
        throw EngineError(
            .unsupported,
            "a statement was run on a connection in the middle of its own stream; use a second connection for it"
        )
    }
}
