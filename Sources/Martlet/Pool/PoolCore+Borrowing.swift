internal import MartletCore
internal import Synchronization

/// Lending and taking back.
extension PoolCore {
    /// A connection that is idle, if nobody waits for one.
    func borrowAtOnce(_ borrower: Borrower) -> PooledConnection? {
        let now = clock.now()
        var effects: [PoolEffect] = []
        let loan = state.withLock { state -> PooledConnection? in
            if let slot = state.machine.readySlot(now: now), !state.sessions.isLost(slot) {
                state.machine.leaseReady(slot, now: now)
                return hand(slot, to: borrower, &state, now: now)
            }
            var actions = PoolStateMachine<PoolRequest>.Actions()
            let sessions = state.sessions
            let slot = state.machine.acquireAtOnce(now: now, isLost: { sessions.isLost($0) }, &actions)
            if !actions.isEmpty { effects = prepare(actions, &state, now: now) }
            return slot.map { hand($0, to: borrower, &state, now: now) }
        }
        if !effects.isEmpty { carryOut(effects) }
        if let reporter, loan != nil { reporter.waited(.zero) }
        return loan
    }

    /// Lends without having let anyone wait.
    private func hand(_ slot: Int, to borrower: Borrower, _ state: inout PoolState, now: Duration) -> PooledConnection {
        state.metrics.waitTime.recordZero()
        setTimer(&state, now: now)
        return lend(slot, to: borrower, &state, now: now)
    }

    /// A connection as soon as there is one.
    func borrow(_ borrower: Borrower, timeout: Duration) async throws(PoolError) -> PooledConnection {
        let now = clock.now()
        let request = PoolRequest(borrower, timeout: timeout, since: now)
        let (waiter, effects) = state.withLock { state in
            let sessions = state.sessions
            let (waiter, actions) = state.machine.acquire(request, now: now, deadline: now + timeout) {
                sessions.isLost($0)
            }
            return (waiter, prepare(actions, &state, now: now))
        }
        carryOut(effects)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { request.wait($0) }
        } onCancel: {
            guard let waiter else { return }
            act { state, _ in state.machine.cancel(waiter) }
        }
        switch outcome {
        case .refused(let error): throw error
        case .lent(let loan):
            guard Task.isCancelled else { return loan }
            giveBack(loan)
            throw cancelled(borrower.site)
        }
    }

    func giveBack(_ loan: PooledConnection) {
        let standing = loan.giveBack()
        let now = clock.now()
        let effects = state.withLock { state -> [PoolEffect] in
            // At the end of a shutdown's grace the session was taken from its borrower.
            guard state.loans[loan.slot] === loan else { return [] }
            state.loans[loan.slot] = nil
            state.metrics.useTime.record(now - loan.since)
            if standing == .reusable, state.machine.rest(loan.slot, now: now) {
                setTimer(&state, now: now)
                return []
            }
            if standing != .reusable { state.isSpoilt[loan.slot] = true }
            return prepare(state.machine.release(loan.slot, standing, now: now), &state, now: now)
        }
        if !effects.isEmpty { carryOut(effects) }
        reporter?.returned(after: now - loan.since)
        if standing == .mustBeRestored { onEvent?(.transactionLeftOpen(loan.site)) }
    }

    func lend(_ slot: Int, to borrower: Borrower, _ state: inout PoolState, now: Duration) -> PooledConnection {
        guard let session = state.sessions[slot] else { preconditionFailure("an idle slot has a session") }
        let loan = PooledConnection(session, slot: slot, of: id, to: borrower, since: now)
        state.loans[slot] = loan
        return loan
    }

    // MARK: Errors

    func holders(of loans: [PooledConnection]) -> [PoolHolder] {
        let now = clock.now()
        return loans.sorted { $0.since < $1.since }.map { $0.holder(at: now) }
    }

    func cancelled(_ site: PoolSite) -> PoolError {
        PoolError(.cancelled, "the task was cancelled before it got a connection at \(site)", site: site)
    }

    func nestedError(_ site: PoolSite, within held: PooledConnection) -> PoolError {
        PoolError(
            .nested,
            "a connection was asked for at \(site) by a task that holds one since \(held.site): with as many such "
                + "tasks as connections all would wait for ever; use the outer connection, or pass nested: .reuse",
            site: site,
            outerSite: held.site,
            holders: holders(of: [held])
        )
    }

    func refusal(
        _ request: PoolRequest,
        _ reason: PoolRefusal,
        _ loans: [PooledConnection],
        _ cause: EngineError?
    )
        -> PoolError
    {
        let site = request.borrower.site
        let size = configuration.limits.capacity
        let outer = request.borrower.outer?.held(of: id)?.site
        func error(_ code: PoolError.Code, _ message: String) -> PoolError {
            PoolError(code, message, site: site, outerSite: outer, holders: holders(of: loans), cause: cause)
        }
        switch reason {
        case .cancelled: return cancelled(site)
        case .shutDown: return error(.shutDown, "the pool is shut down and gave no connection at \(site)")
        case .cannotConnect:
            return error(.cannotConnect, "no connection for \(site): \(cause?.description ?? "it could not be opened")")
        case .tooManyWaiters:
            let waiting = configuration.waitersMax
            return error(
                .tooManyWaiters,
                "\(waiting) tasks wait for one of \(size) connections, and \(site) was refused; shed load earlier"
            )
        case .timedOut:
            let failure = cause.map { "; the last attempt to connect failed: \($0)" } ?? ""
            let within = outer.map { "; it was asked for while another was held since \($0)" } ?? ""
            let advice = loans.isEmpty ? "" : "; see first what the holders below do, only then raise max"
            return error(
                .timedOut,
                "no connection for \(site) within \(request.timeout.shownInSeconds): "
                    + "\(loans.count) of \(size) are lent\(failure)\(within)\(advice)"
            )
        }
    }
}

extension PooledConnection {
    /// The innermost loan that has not been given back.
    var firstHeld: PooledConnection? {
        var loan: PooledConnection? = self
        while let current = loan, current.isReturned { loan = current.outer }
        return loan
    }

    /// The loan of a pool that a task holds itself.
    func held(by task: Int, of pool: ObjectIdentifier) -> PooledConnection? {
        var loan = firstHeld
        while let current = loan {
            if current.task == task, current.pool == pool { return current }
            loan = current.outer?.firstHeld
        }
        return nil
    }

    /// The loan of a pool that the task or one it descends from holds.
    func held(of pool: ObjectIdentifier) -> PooledConnection? {
        var loan = firstHeld
        while let current = loan {
            if current.pool == pool { return current }
            loan = current.outer?.firstHeld
        }
        return nil
    }
}
