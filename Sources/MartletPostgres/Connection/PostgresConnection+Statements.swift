internal import CLibPQ
package import MartletCore

/// Statements whose result comes as a whole.
extension PostgresConnection {
    /// How often a statement is sent again that failed for what other callers did.
    ///
    /// One more time mends a changed table; several may be needed where many callers of one connection are cancelled.
    private static let attemptsMax = 10

    package func run(_ statement: BoundStatement, timeout: Duration?) async throws(EngineError) -> Rows {
        let deadline = timeout.map { Deadline(after: $0) }
        let text = statement.statement.text
        var attempts = 1
        while true {
            let isKept = cache.statement(text) != nil
            if !isKept { try await prepareIfWorthwhile(statement, deadline) }
            if try isGateClosed(deadline) {
                try await waitAtGate(exclusively: false, deadline)
                arrive()
            }
            // No suspension from here until the Sync is sent, or statements of others would come in between.
            let prepared: PreparedStatement?
            let place: TransactionPlace
            do throws(EngineError) {
                (prepared, place) = try sendEncoded(statement)
            } catch {
                guard isKept, attempts == 1, error.isOfEncoding else { throw error }
                attempts += 1
                cache.remove(text)
                continue
            }
            let exchange = try begin(place, deadline)
            try await finish(exchange, deadline, of: statement)
            if exchange.mustRepeat, attempts < Self.attemptsMax {
                attempts += 1
                forgetIfOutdated([statement], exchange)
                continue
            }
            if isKept, forgetOldTypes([statement], exchange), attempts == 1 {
                attempts += 1
                continue
            }
            guard let result = try results(of: exchange, deadline, statement).first else {
                throw PostgresError.lost("a result is missing")
            }
            return try rows(result, prepared, statement)
        }
    }

    package func runPipelined(
        _ statements: [BoundStatement],
        timeout: Duration?
    ) async throws(EngineError) -> [Rows] {
        guard !statements.isEmpty else { return [] }
        let deadline = timeout.map { Deadline(after: $0) }
        var attempts = 1
        while true {
            var areKept = false
            for statement in statements {
                let isKept = cache.statement(statement.statement.text) != nil
                if isKept { areKept = true } else { try await prepareIfWorthwhile(statement, deadline) }
            }
            if try isGateClosed(deadline) {
                try await waitAtGate(exclusively: false, deadline)
                arrive()
            }
            let place = self.place
            let prepared: [PreparedStatement?]
            do throws(EngineError) {
                prepared = try sendAll(statements, from: place)
            } catch {
                guard areKept, attempts == 1, error.isOfEncoding else { throw error }
                attempts += 1
                for statement in statements { cache.remove(statement.statement.text) }
                continue
            }
            let isPlain = prepared.allSatisfy { $0?.isPlain == true }
            let exchange = try begin(isPlain ? place : .unknown, deadline)
            exchange.results.reserveCapacity(statements.count)
            try await finish(exchange, deadline, of: nil)
            if exchange.mustRepeat, attempts < Self.attemptsMax {
                attempts += 1
                forgetIfOutdated(statements, exchange)
                continue
            }
            if areKept, forgetOldTypes(statements, exchange), attempts == 1 {
                attempts += 1
                continue
            }
            return try rows(try results(of: exchange, deadline, nil), prepared, statements)
        }
    }

    // MARK: Sending

    /// Puts one statement with its values into libpq's buffer; without a prepared one if it is not prepared.
    func sendEncoded(
        _ statement: BoundStatement
    ) throws(EngineError) -> (prepared: PreparedStatement?, placeBehind: TransactionPlace) {
        let text = statement.statement.text
        let place = self.place
        parameters.removeAll()
        let prepared = try encode(statement)
        let kind = prepared.map { $0.isPlain ? .rows : .other } ?? StatementKind(text)
        if kind == .begin, place == .within { throw PostgresError.transactionWithinAnother(text) }
        try restoreSettings(isText: prepared?.codecs == nil)
        try check(parameters.withAll { send(text, prepared, $0) })
        return (prepared, place.behind(kind))
    }

    /// Puts the values into the buffer; nil if the statement is not prepared.
    func encode(_ statement: BoundStatement) throws(EngineError) -> PreparedStatement? {
        let text = statement.statement.text
        guard let prepared = cache.statement(text) else {
            try parameters.appendAsText(statement.values)
            return nil
        }
        guard statement.values.count == prepared.parameterTypes.count else {
            throw EngineError(
                .invalidBinding,
                "the statement has \(prepared.parameterTypes.count) placeholders, "
                    + "but \(statement.values.count) values are bound",
                statement: text
            )
        }
        try parameters.append(statement.values, as: prepared.parameterTypes)
        return prepared
    }

    /// Puts one statement into libpq's buffer.
    func send(_ text: String, _ prepared: PreparedStatement?, _ parameters: BoundParameters) -> Bool {
        guard let prepared else { return session.sendUnprepared(text, parameters) }
        return session.sendPrepared(prepared.name, parameters, binary: prepared.codecs != nil)
    }

    /// All values are encoded before anything is sent, as one that cannot be must not leave half of them behind.
    private func sendAll(
        _ statements: [BoundStatement],
        from place: TransactionPlace
    ) throws(EngineError) -> [PreparedStatement?] {
        var place = place
        var prepared: [PreparedStatement?] = []
        prepared.reserveCapacity(statements.count)
        parameters.removeAll()
        var isText = false
        for statement in statements {
            let known = try encode(statement)
            if known?.codecs == nil { isText = true }
            if known == nil {
                let text = statement.statement.text
                let kind = StatementKind(text)
                if kind == .begin, place == .within { throw PostgresError.transactionWithinAnother(text) }
                place = place.behind(kind)
            }
            prepared.append(known)
        }
        try restoreSettings(isText: isText)
        let isSent = parameters.withAll { all in
            var first = 0
            for (position, statement) in statements.enumerated() {
                let count = statement.values.count
                let part = all.part(from: first, count: count)
                guard send(statement.statement.text, prepared[position], part) else { return false }
                first += count
            }
            return true
        }
        try check(isSent)
        return prepared
    }

    /// Makes the server answer in the encoding and notation that are read here, should a statement have changed them.
    ///
    /// Sent ahead in the same round trip.
    func restoreSettings(isText: Bool) throws(EngineError) {
        guard !session.isUTF8 || isText && !session.hasISODates else { return }
        let place = self.place
        for setting in ["SET client_encoding = 'UTF8'", "SET datestyle = 'ISO'"] {
            try check(session.sendUnprepared(setting, .none))
        }
        _ = try begin(place, nil)
    }

    /// Where what is sent now finds itself.
    var place: TransactionPlace { inFlight.last?.placeBehind ?? session.place }

    var isOutsideTransaction: Bool { place == .outside }

    // MARK: Rows

    private func rows(
        _ results: ReceivedResults,
        _ prepared: [PreparedStatement?],
        _ statements: [BoundStatement]
    ) throws(EngineError) -> [Rows] {
        guard results.count == statements.count else {
            for result in results { result.discard() }
            throw PostgresError.lost("a result is missing")
        }
        var rows: [Rows] = []
        rows.reserveCapacity(results.count)
        var failure: EngineError?
        for (position, result) in results.enumerated() {
            do throws(EngineError) {
                rows.append(try self.rows(result, prepared[position], statements[position]))
            } catch {
                // The first failure is the cause; those after it were skipped for it.
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return rows
    }

    private func rows(
        _ result: ReceivedResult,
        _ prepared: PreparedStatement?,
        _ statement: BoundStatement
    ) throws(EngineError) -> Rows {
        guard !result.isUnsuccessful else { throw result.takeError(of: statement) }
        if prepared == nil, let error = takeIn(result, of: statement) {
            result.discard()
            throw error
        }
        let storage = result.storage(codecs: prepared?.codecs)
        return Rows(
            columns: prepared?.columns ?? storage.columns,
            affectedRows: storage.affectedRows,
            storage: storage
        )
    }
}
