package import MartletCore

/// Statements that follow one another without a task in between.
extension PostgresConnection: SequentialConnection {
    package func runInTurn(_ source: any StatementSource) async throws(EngineError) {
        var unprepared: Set<StatementText> = []
        var next = source.next()
        while let statement = next {
            _ = try await run(statement, timeout: nil)
            let text = statement.statement.text
            if cache.statement(text) == nil, StatementKind(text) != .rows { unprepared.insert(StatementText(text)) }
            next = try await runChained(StatementChain(source, unprepared: unprepared))
        }
    }

    /// Goes on until a statement has to be run by the usual way, and returns that one.
    private func runChained(_ chain: StatementChain) async throws(EngineError) -> BoundStatement? {
        sendNext(of: chain)
        let outcome = await withTaskCancellationHandler {
            await end(of: chain)
        } onCancel: {
            Task(executorPreference: loop) { await self.stop(chain) }
        }
        switch outcome {
        case .finished: return nil
        case .unready(let statement): return statement
        case .failed(let error): throw error
        }
    }

    /// A function of its own for the reason that `end(of:)` of an exchange has.
    private func end(of chain: StatementChain) async -> StatementChain.End {
        await withUnsafeContinuation { chain.wait($0) }
    }

    private func stop(_ chain: StatementChain) {
        chain.isCancelled = true
        if let exchange = chain.exchange { stop(exchange, .cancelled) }
    }

    private func sendNext(of chain: StatementChain) {
        guard let statement = chain.source.next() else { return chain.end(.finished) }
        do throws(EngineError) {
            if let failure { throw failure }
            if chain.isCancelled { throw PostgresError.cancelledBefore }
            let text = statement.statement.text
            guard gate.isOpen, !isCancelling, cache.statement(text) != nil || chain.isUnprepared(text) else {
                return chain.end(.unready(statement))
            }
            let (prepared, place) = try sendEncoded(statement)
            let exchange = try begin(place, nil)
            // Sending may have found that the connection is lost, which has ended the exchange.
            if let failure { throw failure }
            chain.follow(exchange, .init(chain: chain, statement: statement, isPrepared: prepared != nil))
        } catch {
            guard failure == nil, error.isOfEncoding else { return chain.end(.failed(error)) }
            // The usual way prepares it anew, for the types of today.
            cache.remove(statement.statement.text)
            chain.end(.unready(statement))
        }
    }

    /// Takes in how an exchange of a chain has ended, and sends the next.
    func advance(_ link: StatementChain.Link, after exchange: Exchange, _ error: EngineError?) {
        do throws(EngineError) {
            if let error { throw error }
            if exchange.mustRepeat {
                forgetIfOutdated([link.statement], exchange)
                return link.chain.end(.unready(link.statement))
            }
            if forgetOldTypes([link.statement], exchange) { return link.chain.end(.unready(link.statement)) }
            guard let result = try results(of: exchange, nil, link.statement).first else {
                throw PostgresError.lost("a result is missing")
            }
            guard !result.isUnsuccessful else { throw result.takeError(of: link.statement) }
            let told = link.isPrepared ? nil : takeIn(result, of: link.statement)
            result.discard()
            if let told { throw told }
            sendNext(of: link.chain)
        } catch {
            link.chain.end(.failed(error))
        }
    }
}
