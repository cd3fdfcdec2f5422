internal import MartletCore

/// Statements that the server parses once for this connection.
extension PostgresConnection {
    /// One round trip.
    ///
    /// A statement without values is prepared when it is seen for the second time, as most of them (BEGIN, SET,
    /// CREATE …) never gain from it. One with thousands of values never is: they go as text, and the server finds out
    /// their types at each run.
    func prepareIfWorthwhile(_ statement: BoundStatement, _ deadline: Deadline?) async throws(EngineError) {
        let text = statement.statement.text
        try refuseNUL(text)
        let kind = StatementKind(text)
        guard kind != .copy else {
            throw EngineError(
                .unsupported,
                "COPY from or to the client cannot be run as a statement; use load(_:into:columns:) or a stream",
                statement: text
            )
        }
        guard statement.values.count <= Session.parametersMax else {
            throw EngineError(
                .invalidBinding,
                "\(statement.values.count) values are bound, and PostgreSQL takes up to \(Session.parametersMax); "
                    + "bind one array and use = ANY or unnest",
                statement: text
            )
        }
        guard statement.values.count <= Session.describedParametersMax else { return }
        if statement.values.isEmpty {
            guard kind == .rows, cache.isRepeated(text) else { return }
        }
        var isRepeating = true
        while isRepeating { isRepeating = try await prepare(statement, isPlain: kind == .rows, deadline) }
    }

    func refuseNUL(_ text: String) throws(EngineError) {
        guard text.utf8.contains(0) else { return }
        throw EngineError(.syntaxError, "the statement holds the character NUL, where PostgreSQL would end it")
    }

    /// Says whether it has to be done again.
    private func prepare(
        _ statement: BoundStatement,
        isPlain: Bool,
        _ deadline: Deadline?
    ) async throws(EngineError) -> Bool {
        if try isGateClosed(deadline) {
            try await waitAtGate(exclusively: false, deadline)
            arrive()
        }
        let place = self.place
        try restoreSettings(isText: false)
        let name = cache.newName()
        let text = statement.statement.text
        try check(session.sendPrepare(name, text))
        let exchange = try begin(place, deadline)
        try await finish(exchange, deadline, of: statement)
        if exchange.mustRepeat { return true }
        let results = try results(of: exchange, deadline, statement)
        guard results.count == 2, !results.contains(where: \.isUnsuccessful) else {
            let error = results.first { $0.isFailure }?.error(of: statement)
            for result in results { result.discard() }
            throw error ?? PostgresError.lost("a description is missing")
        }
        results[0].discard()
        let (parameterTypes, columnTypes, names) = results[1].takeDescription()
        let prepared = PreparedStatement(
            name: name,
            parameterTypes: parameterTypes,
            columnTypes: columnTypes,
            columns: names,
            isPlain: isPlain
        )
        cache.insert(prepared, for: text)
        try forgetDoomed()
        return false
    }

    // MARK: Forgetting

    /// Tells the server to forget what the cache has.
    ///
    /// Not within a transaction: it would end with an error if the statement were gone already.
    private func forgetDoomed() throws(EngineError) {
        guard failure == nil, !gate.isExclusive, isOutsideTransaction else { return }
        for statement in cache.takeDoomed() {
            try check(session.sendUnprepared(statement.deallocation, .none))
            _ = try begin(.outside, nil)
        }
    }

    /// Makes the next attempt prepare the statements anew.
    func forgetIfOutdated(_ statements: [BoundStatement], _ exchange: Exchange) {
        guard exchange.results.contains(where: \.isOutdated) else { return }
        for statement in statements { cache.remove(statement.statement.text) }
    }

    /// Forgets the statement that failed if its placeholders may have other types by now, and says whether the exchange
    /// is worth another attempt.
    ///
    /// Only for one that was kept from before: what was prepared for this exchange knows the types of today.
    func forgetOldTypes(_ statements: [BoundStatement], _ exchange: Exchange) -> Bool {
        guard exchange.stop == nil, let position = exchange.results.firstIndex(where: \.isFailure),
            exchange.results[position].mayComeOfOldTypes, statements.indices.contains(position),
            cache.statement(statements[position].statement.text) != nil
        else { return false }
        cache.remove(statements[position].statement.text)
        return exchange.isOwnTransaction
    }

    /// Takes in what the command's tag tells of a statement that is not prepared; returns what its caller must know.
    ///
    /// PostgreSQL answers the COMMIT of a transaction that has failed by rolling it back, and calls that no error.
    func takeIn(_ result: ReceivedResult, of statement: BoundStatement) -> EngineError? {
        forgetAllIfTold(result)
        let text = statement.statement.text
        guard result.commandTag == "ROLLBACK", StatementKind(text) == .commit else { return nil }
        return PostgresError.rolledBackInstead(text)
    }

    /// DISCARD ALL and DEALLOCATE make the server forget.
    func forgetAllIfTold(_ result: ReceivedResult) {
        let tag = result.commandTag
        if tag == "DISCARD ALL" || tag.hasPrefix("DEALLOCATE") { cache.removeAll() }
    }
}

extension EngineError {
    /// Whether a value could not be encoded for the type that its placeholder had when the statement was prepared.
    var isOfEncoding: Bool { code == .invalidValue && driverCode == nil }

    /// Whether the server may have refused the statement for the types that its placeholders had then.
    var mayComeOfOldTypes: Bool { driverCode.map(PostgresError.statesOfOldTypes.contains) ?? false }
}
