internal import MartletCore
internal import Synchronization

/// Carrying out what the state machine decides.
///
/// What the pool does to its sessions runs in detached tasks: it is no part of what the borrower does who happens to
/// cause it, and in a task that inherits it would count as the borrower's statements, in its trace and its span.
extension PoolCore {
    /// Tells the state machine of an event, and does what follows.
    func act(_ event: (inout PoolState, _ now: Duration) -> PoolStateMachine<PoolRequest>.Actions) {
        let now = clock.now()
        let effects = state.withLock { state in
            let actions = event(&state, now)
            return prepare(actions, &state, now: now)
        }
        carryOut(effects)
    }

    /// Does what is to be done of the actions under the lock, and returns the rest.
    func prepare(
        _ actions: PoolStateMachine<PoolRequest>.Actions,
        _ state: inout PoolState,
        now: Duration
    ) -> [PoolEffect] {
        setTimer(&state, now: now)
        guard !actions.isEmpty else { return [] }
        var effects: [PoolEffect] = []
        for action in actions {
            switch action {
            case .lease(let request, let slot):
                state.metrics.waitTime.record(now - request.since)
                effects.append(.lend(request, lend(slot, to: request.borrower, &state, now: now)))
            case .fail(let request, let reason):
                if reason == .timedOut { state.metrics.timeouts += 1 }
                let isExplained = reason == .timedOut || reason == .tooManyWaiters
                let loans = isExplained ? state.loans.compactMap(\.self) : []
                effects.append(.refuse(request, reason, loans: loans, cause: state.lastConnectFailure))
            case .connect(let slot): effects.append(.connect(slot: slot))
            case .validate(let slot):
                guard let session = state.sessions[slot] else { continue }
                state.checks[slot] += 1
                effects.append(.validate(slot: slot, session, check: state.checks[slot]))
            case .close(let slot):
                guard let session = state.sessions[slot].take() else { continue }
                let wasIdle = state.loans[slot].take() == nil && !state.isSpoilt[slot]
                effects.append(.close(slot: slot, session, wasIdle: wasIdle))
            case .reportLeak(let slot):
                state.metrics.leaksSuspected += 1
                if let loan = state.loans[slot] { effects.append(.report(loan)) }
            case .finish:
                state.isFinished = true
                state.timer?.cancel()
                state.timer = nil
                state.reporting?.cancel()
                state.reporting = nil
                effects.append(.finish(state.shutdownWaiters))
                state.shutdownWaiters = []
            }
        }
        return effects
    }

    func carryOut(_ effects: [PoolEffect]) {
        for effect in effects {
            switch effect {
            case .lend(let request, let loan):
                reporter?.waited(loan.since - request.since)
                request.settle(.lent(loan))
            case .refuse(let request, let reason, let loans, let cause):
                if reason == .timedOut { reporter?.timedOut() }
                request.settle(.refused(refusal(request, reason, loans, cause)))
            case .connect(let slot): Task.detached(priority: Task.currentPriority) { await self.connect(slot) }
            case .validate(let slot, let session, let check): validate(slot, session, check: check)
            case .close(let slot, let session, let wasIdle):
                Task.detached(priority: Task.currentPriority) { await self.close(slot, session, wasIdle: wasIdle) }
            case .report(let loan): onEvent?(.leakSuspected(loan.holder(at: clock.now())))
            case .finish(let waiters):
                if let reporter { report(to: reporter) }
                for waiter in waiters { waiter.resume() }
            }
        }
    }

    // MARK: Sessions

    private func connect(_ slot: Int) async {
        let start = clock.now()
        do throws(EngineError) {
            let session = PooledSession(try await open(), statementTimeout: configuration.statementTimeout)
            let spread = Double.random(in: 0..<1)
            reporter?.created(in: clock.now() - start)
            act { state, now in
                state.sessions[slot] = session
                state.isSpoilt[slot] = false
                state.lastConnectFailure = nil
                state.metrics.opened += 1
                state.metrics.createTime.record(now - start)
                return state.machine.connected(slot, now: now, spread: spread)
            }
        } catch {
            act { state, now in
                state.lastConnectFailure = error
                state.metrics.connectFailures += 1
                return state.machine.connectFailed(slot, isPermanent: error.code.isPermanent, now: now)
            }
            onEvent?(.connectFailed(error))
        }
    }

    private func open() async throws(EngineError) -> any Connection {
        let session = try await engine.connect(access)
        guard let settings = configuration.settings(for: session.dialect) else { return session }
        do throws(EngineError) {
            try await session.run(settings)
            return session
        } catch {
            await session.close()
            throw error
        }
    }

    private func close(_ slot: Int, _ session: PooledSession, wasIdle: Bool) async {
        if wasIdle, session.standing == .lost { onEvent?(.idleConnectionLost) }
        await session.connection.close()
        act { state, now in
            state.metrics.closed += 1
            return state.machine.closed(slot, now: now)
        }
    }

    /// Asks the server; a session that does not answer in time is given up, though its call may go on for a while.
    private func validate(_ slot: Int, _ session: PooledSession, check: Int) {
        let timeout = configuration.validationTimeout
        let deadline = clock.now() + timeout
        let watch = Task.detached(priority: Task.currentPriority) { [self] in
            guard (try? await clock.sleep(deadline)) != nil else { return }
            answer(check, of: slot, isUsable: false)
        }
        Task.detached(priority: Task.currentPriority) { [self] in
            let question: BoundStatement = session.standing == .inTransaction ? "ROLLBACK" : "SELECT 1"
            let isAnswered = (try? await session.connection.run(question, timeout: timeout)) != nil
            watch.cancel()
            answer(check, of: slot, isUsable: isAnswered && session.standing == .ready)
        }
    }

    private func answer(_ check: Int, of slot: Int, isUsable: Bool) {
        act { state, now in
            guard state.checks[slot] == check else { return PoolActions() }
            state.checks[slot] += 1
            if isUsable { state.isSpoilt[slot] = false }
            return state.machine.validated(slot, isUsable: isUsable, now: now)
        }
    }

    // MARK: Time

    /// Timers are not more exact than this: a tick looks at all slots.
    private static let tickMin = Duration.milliseconds(1)

    /// Sees to it that `tick` is called in time.
    func setTimer(_ state: inout PoolState, now: Duration) {
        guard let wakesAt = state.machine.wakesAt else { return }
        if let timerInstant = state.timerInstant, timerInstant <= wakesAt { return }
        state.timer?.cancel()
        let instant = max(wakesAt, now + Self.tickMin)
        state.timerInstant = instant
        state.timer = Task.detached { [self] in
            guard (try? await clock.sleep(instant)) != nil else { return }
            tick()
        }
    }

    private func tick() {
        act { state, now in
            state.timerInstant = nil
            let sessions = state.sessions
            return state.machine.tick(now: now) { sessions.isLost($0) }
        }
    }
}

extension EngineError.Code {
    /// Whether trying again to connect is no use until somebody has changed something.
    fileprivate var isPermanent: Bool {
        switch self {
        case .authenticationFailed, .permissionDenied, .undefinedObject, .noSuchFile, .notADatabase, .corrupt,
            .unsupported, .invalidValue, .syntaxError:
            true
        default: false
        }
    }
}

extension PoolConfiguration {
    /// What a new session is told; nil if there is nothing to tell.
    fileprivate func settings(for dialect: Dialect) -> BoundStatement? {
        guard dialect == .postgres else { return nil }
        let timeouts = [
            ("statement_timeout", statementTimeout), ("lock_timeout", lockTimeout),
            ("idle_in_transaction_session_timeout", idleInTransactionTimeout),
        ]
        let wanted = timeouts.compactMap { name, timeout in timeout.map { (name, $0.timeoutMilliseconds) } }
        guard !wanted.isEmpty else { return nil }
        let calls = wanted.enumerated().map { "set_config('\($1.0)', $\($0 + 1), false)" }
        return Statement(unsafeText: "SELECT \(calls.joined(separator: ", "))")
            .binding(values: wanted.map { .text(String($0.1)) })
    }
}
