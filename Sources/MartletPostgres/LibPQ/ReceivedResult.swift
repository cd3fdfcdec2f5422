internal import CLibPQ
internal import MartletCore

/// One result as it came, before anyone asks what it holds.
struct ReceivedResult {
    private let result: OpaquePointer

    init(_ result: OpaquePointer) {
        self.result = result
    }

    var status: ExecStatusType { PQresultStatus(result) }

    /// Frees it.
    func discard() {
        PQclear(result)
    }

    /// Hands its memory over to rows.
    func storage(codecs: [CellCodec?]?) -> ResultStorage {
        codecs.map { ResultStorage(owning: result, codecs: $0) } ?? ResultStorage(owning: result)
    }

    /// The types of placeholders and columns, from the result of a Describe. Frees it.
    func takeDescription() -> (parameters: [TypeID], columns: [TypeID], names: [String]) {
        defer { PQclear(result) }
        return (
            (0..<PQnparams(result)).map { TypeID(number: PQparamtype(result, $0)) },
            (0..<PQnfields(result)).map { TypeID(number: PQftype(result, $0)) },
            (0..<PQnfields(result)).map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
        )
    }

    /// The server's report as an error. Frees it.
    func takeError(statement: String?) -> EngineError {
        defer { PQclear(result) }
        func field(_ letter: Character) -> String? {
            guard let code = letter.asciiValue else { return nil }
            return PQresultErrorField(result, Int32(code)).map { String(cString: $0) }
        }
        // Without an SQLSTATE it is libpq's own report: the connection broke.
        guard let state = field("C") else {
            let text = PQresultErrorMessage(result).map { String(cString: $0) } ?? ""
            return PostgresError.lost(text.split(separator: "\n").first.map(String.init) ?? "")
        }
        let code = PostgresError.code(state)
        let message = PostgresError.redacted(field("M") ?? "the server reported an error", state: state)
        let advice = PostgresError.advice(code)
        return EngineError(
            code,
            [message, advice].compactMap(\.self).joined(separator: "; "),
            driverCode: state,
            statement: statement,
            detail: [field("M"), field("D"), field("H")].compactMap(\.self).joined(separator: "; ")
        )
    }
}
