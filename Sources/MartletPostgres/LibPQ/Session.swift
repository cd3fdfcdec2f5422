internal import CLibPQ
internal import Glibc
internal import MartletCore

/// One PGconn: every call of libpq on a connection that is established.
///
/// Every call is safe after `finish()`, and then says that it failed. Confined to the event loop of its connection,
/// which is why it is `@unchecked Sendable`; a `cancelHandle` may go to another thread.
final class Session: @unchecked Sendable {
    /// The most values that one statement can have: PQ_QUERY_PARAM_MAX_LIMIT of libpq 15.
    static let parametersMax = 65_535
    /// The most values whose types are asked for.
    ///
    /// libpq 15.18 takes a description of more than 30,000 bytes (4 for each value and 6 more) for a connection that is
    /// out of step, and gives it up: `VALID_LONG_MESSAGE_TYPE` in its fe-protocol3.c. Later ones, as 15.20, do not.
    static let describedParametersMax = 7_498
    /// PG_UTF8 of PostgreSQL's pg_wchar.h, a number that is part of libpq's interface.
    private static let utf8Encoding: Int32 = 6

    private let connection: OpaquePointer
    private var isFinished = false

    /// Takes over an established connection.
    init(owning connection: OpaquePointer) {
        self.connection = connection
        PQsetnonblocking(connection, 1)
    }

    deinit {
        finish()
    }

    /// Says goodbye to the server and closes the socket.
    func finish() {
        guard !isFinished else { return }
        isFinished = true
        PQfinish(connection)
    }

    var descriptor: Int32 { isFinished ? -1 : PQsocket(connection) }
    var isBad: Bool { isFinished || PQstatus(connection) == CONNECTION_BAD }
    var isBusy: Bool { !isFinished && PQisBusy(connection) == 1 }
    /// Also true while something is in flight, as nobody can know then.
    var isInTransaction: Bool { !isFinished && PQtransactionStatus(connection) != PQTRANS_IDLE }
    /// Where a statement finds itself that is sent now, with nothing in flight.
    var place: TransactionPlace {
        guard !isFinished else { return .outside }
        return switch PQtransactionStatus(connection) {
        case PQTRANS_IDLE: .outside
        case PQTRANS_INTRANS: .within
        default: .unknown
        }
    }
    var isUTF8: Bool { isFinished || PQclientEncoding(connection) == Self.utf8Encoding }

    /// Whether days and instants come in the notation that is read here; the server reports it unasked.
    var hasISODates: Bool {
        isFinished || PQparameterStatus(connection, "DateStyle").map { strncmp($0, "ISO", 3) == 0 } ?? false
    }

    var message: String {
        guard !isFinished, let text = PQerrorMessage(connection) else { return "it was closed" }
        return String(cString: text).split(separator: "\n").first.map(String.init) ?? ""
    }

    // MARK: Sending

    func enterPipeline() -> Bool { !isFinished && PQenterPipelineMode(connection) == 1 }
    func exitPipeline() -> Bool { !isFinished && PQexitPipelineMode(connection) == 1 }
    func sync() -> Bool { !isFinished && PQpipelineSync(connection) == 1 }

    func sendPrepare(_ name: String, _ text: String) -> Bool {
        !isFinished && PQsendPrepare(connection, name, text, 0, nil) == 1
            && PQsendDescribePrepared(connection, name) == 1
    }

    func sendPrepared(_ name: ContiguousArray<CChar>, _ parameters: BoundParameters, binary: Bool) -> Bool {
        guard !isFinished else { return false }
        return name.withUnsafeBufferPointer { name in
            PQsendQueryPrepared(
                connection,
                name.baseAddress,
                parameters.count,
                parameters.values,
                parameters.lengths,
                parameters.formats,
                binary ? 1 : 0
            ) == 1
        }
    }

    /// One statement that is parsed for this run only; values and result travel as text.
    func sendUnprepared(_ text: String, _ parameters: BoundParameters) -> Bool {
        !isFinished
            && PQsendQueryParams(
                connection,
                text,
                parameters.count,
                nil,
                parameters.values,
                parameters.lengths,
                parameters.formats,
                0
            ) == 1
    }

    /// Several statements by the simple protocol, outside the pipeline.
    func sendScript(_ text: String) -> Bool { !isFinished && PQsendQuery(connection, text) == 1 }

    func enterSingleRowMode() -> Bool { !isFinished && PQsetSingleRowMode(connection) == 1 }

    /// False if the connection is lost.
    func putCopyData(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // 0 is no memory for the buffer, from which there is no way on either.
        !isFinished
            && PQputCopyData(connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count)) > 0
    }

    /// Ends COPY; with a reason, as a failure.
    func putCopyEnd(failing reason: String? = nil) -> Bool { !isFinished && PQputCopyEnd(connection, reason) > 0 }

    /// 0 all is sent, 1 more is to be sent when the socket is writable, -1 failed.
    func flush() -> Int32 { isFinished ? -1 : PQflush(connection) }

    // MARK: Receiving

    /// False if the connection is lost.
    func consumeInput() -> Bool {
        guard !isFinished, PQconsumeInput(connection) == 1 else { return false }
        // Nobody asks for what a LISTEN brings, but libpq keeps it until someone does.
        while let notification = PQnotifies(connection) { PQfreemem(notification) }
        return true
    }

    /// The next result, or nil at the end of those of a statement.
    ///
    /// Only when not busy, or it blocks.
    func nextResult() -> ReceivedResult? {
        isFinished ? nil : PQgetResult(connection).map(ReceivedResult.init)
    }

    /// Throws away a row that COPY sends: 1 if there was one, 0 if it has yet to come, -1 at the end.
    func discardCopyData() -> Int {
        guard !isFinished else { return -1 }
        var row: UnsafeMutablePointer<CChar>?
        let length = PQgetCopyData(connection, &row, 1)
        if row != nil { PQfreemem(row) }
        return Int(length.signum())
    }

    /// Appends a row that COPY sends, and returns its length; 0 if it has yet to come, -1 at the end.
    func takeCopyData(into bytes: inout [UInt8]) -> Int {
        guard !isFinished else { return -1 }
        var row: UnsafeMutablePointer<CChar>?
        let length = Int(PQgetCopyData(connection, &row, 1))
        guard let row else { return length.signum() }
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: row, count: length))
        PQfreemem(row)
        return length
    }

    /// What is needed to cancel from another thread.
    func cancelHandle() -> CancelHandle? {
        isFinished ? nil : PQgetCancel(connection).map(CancelHandle.init)
    }
}
