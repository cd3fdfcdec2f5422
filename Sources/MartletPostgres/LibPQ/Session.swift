internal import CLibPQ
internal import Glibc
internal import MartletCore

/// One PGconn: every call of libpq on a connection that is established.
///
/// Confined to the event loop of its connection, which is why it is `@unchecked Sendable`; `cancelHandle` may go to
/// another thread.
final class Session: @unchecked Sendable {
    private let connection: OpaquePointer
    private var isFinished = false

    /// Takes over an established connection.
    init(owning connection: OpaquePointer) {
        self.connection = connection
        PQsetnonblocking(connection, 1)
        // Notices would go to stderr, which belongs to the command.
        PQsetNoticeReceiver(connection, { _, _ in }, nil)
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
    var serverVersion: Int { isFinished ? 0 : Int(PQserverVersion(connection)) }
    var isBad: Bool { isFinished || PQstatus(connection) == CONNECTION_BAD }
    var isBusy: Bool { PQisBusy(connection) == 1 }
    var isInTransaction: Bool { !isFinished && PQtransactionStatus(connection) != PQTRANS_IDLE }
    var backendID: Int32 { isFinished ? 0 : PQbackendPID(connection) }

    var message: String {
        guard !isFinished, let text = PQerrorMessage(connection) else { return "it was closed" }
        return String(cString: text).split(separator: "\n").first.map(String.init) ?? ""
    }

    func parameterStatus(_ name: String) -> String? {
        PQparameterStatus(connection, name).map { String(cString: $0) }
    }

    // MARK: Sending

    func enterPipeline() -> Bool { PQenterPipelineMode(connection) == 1 }
    func exitPipeline() -> Bool { PQexitPipelineMode(connection) == 1 }
    func sync() -> Bool { PQpipelineSync(connection) == 1 }

    func sendPrepare(_ name: String, _ text: String) -> Bool {
        PQsendPrepare(connection, name, text, 0, nil) == 1 && PQsendDescribePrepared(connection, name) == 1
    }

    func sendPrepared(_ name: UnsafePointer<CChar>, _ parameters: inout ParameterBuffer, binary: Bool) -> Bool {
        parameters.withPointers { count, values, lengths, formats in
            PQsendQueryPrepared(connection, name, count, values, lengths, formats, binary ? 1 : 0) == 1
        }
    }

    /// One statement that is parsed for this run only; values and result travel as text.
    func sendUnprepared(_ text: String, _ parameters: inout ParameterBuffer) -> Bool {
        parameters.withPointers { count, values, lengths, formats in
            PQsendQueryParams(connection, text, count, nil, values, lengths, formats, 0) == 1
        }
    }

    /// Several statements by the simple protocol, outside the pipeline.
    func sendScript(_ text: String) -> Bool { PQsendQuery(connection, text) == 1 }

    func enterSingleRowMode() -> Bool { PQsetSingleRowMode(connection) == 1 }

    /// 1 sent, 0 try again when the socket is writable, -1 failed.
    func putCopyData(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        PQputCopyData(connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
    }

    /// Ends COPY; with a reason, as a failure.
    func putCopyEnd(failing reason: String? = nil) -> Int32 { PQputCopyEnd(connection, reason) }

    /// 0 all is sent, 1 more is to be sent when the socket is writable, -1 failed.
    func flush() -> Int32 { PQflush(connection) }

    // MARK: Receiving

    func consumeInput() -> Bool { PQconsumeInput(connection) == 1 }

    /// The next result, or nil at the end of those of a statement. Only when not busy, or it blocks.
    func nextResult() -> ReceivedResult? {
        PQgetResult(connection).map(ReceivedResult.init)
    }

    /// What is needed to cancel from another thread.
    func cancelHandle() -> CancelHandle? {
        isFinished ? nil : PQgetCancel(connection).map(CancelHandle.init)
    }
}
