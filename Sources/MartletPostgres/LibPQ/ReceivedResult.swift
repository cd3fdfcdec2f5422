internal import CLibPQ
internal import MartletCore

/// One result as it came, before anyone asks what it holds.
struct ReceivedResult {
    private let result: OpaquePointer

    init(_ result: OpaquePointer) {
        self.result = result
    }

    var status: ExecStatusType { PQresultStatus(result) }
    var isFailure: Bool { status == PGRES_FATAL_ERROR }
    /// Whether it reports an error, or the command was skipped for the error of one before it.
    var isUnsuccessful: Bool {
        switch status {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY, PGRES_SINGLE_TUPLE: false
        default: true
        }
    }
    /// Whether the connection now expects rows of COPY, or brings them.
    var isCopy: Bool { status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH }
    /// The first line of what the server or libpq says of a failure.
    var report: String {
        let text = PQresultErrorMessage(result).map { String(cString: $0) } ?? ""
        return text.split(separator: "\n").first.map(String.init) ?? ""
    }
    /// What kind of error it reports.
    var sqlState: String? { field("C") }
    /// The command that was run, as `DISCARD ALL`.
    var commandTag: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }

    /// Whether the statement failed only for what this connection remembered of it: the server has forgotten it, or
    /// its columns have changed since.
    var isOutdated: Bool {
        // The function that reports it; the message is translated.
        isFailure && (sqlState == "26000" || sqlState == "0A000" && field("R") == "RevalidateCachedQuery")
    }

    /// Whether it may have failed because placeholders have other types since the statement was prepared.
    var mayComeOfOldTypes: Bool { isFailure && sqlState.map(PostgresError.statesOfOldTypes.contains) ?? false }

    /// Frees it.
    func discard() {
        PQclear(result)
    }

    /// Hands its memory over to rows.
    func storage(codecs: [CellCodec?]?) -> ResultStorage {
        codecs.map { ResultStorage(owning: result, codecs: $0) } ?? ResultStorage(owning: result)
    }

    /// The types of placeholders and columns, from the result of a Describe.
    ///
    /// Frees it.
    func takeDescription() -> (parameters: [TypeID], columns: [TypeID], names: [String]) {
        defer { PQclear(result) }
        return (
            (0..<PQnparams(result)).map { TypeID(number: PQparamtype(result, $0)) },
            (0..<PQnfields(result)).map { TypeID(number: PQftype(result, $0)) },
            (0..<PQnfields(result)).map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
        )
    }

    /// The server's report as an error.
    ///
    /// Frees it.
    func takeError(of statement: BoundStatement?) -> EngineError {
        defer { PQclear(result) }
        return error(of: statement)
    }

    /// The server's report as an error, without the values that were bound.
    func error(of statement: BoundStatement?) -> EngineError {
        // Without an SQLSTATE it is libpq's own report: the connection broke.
        guard let state = sqlState else { return PostgresError.lost(report) }
        let text = field("M") ?? "the server reported an error"
        let code = PostgresError.code(state, message: text)
        let message = PostgresError.redacted(text, state: state, values: statement?.values ?? [])
        let advice = PostgresError.advice(code)
        return EngineError(
            code,
            [message, advice].compactMap(\.self).joined(separator: "; "),
            driverCode: state,
            statement: statement?.statement.text,
            detail: [field("M"), field("D"), field("H")].compactMap(\.self).joined(separator: "; ")
        )
    }

    private func field(_ letter: Unicode.Scalar) -> String? {
        PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
    }
}
