internal import Foundation
internal import MartletCore
internal import Synchronization

/// A thread of its own on which SQLite may block, and the mailbox through which callers reach it.
///
/// The thread ends when the session is closed. A session that is waiting for its database (the write lock of a busy
/// application) blocks nobody but its own callers.
final class Session: Sendable {
    private let mailbox = Mailbox()

    /// What the session was in after the last call.
    var standing: SessionStanding { mailbox.isClosed ? .lost : mailbox.standing.load(ordering: .acquiring) }

    /// Starts a session and waits until its database is there.
    ///
    /// Opening reads the file's first page and its schema.
    static func start(_ source: DatabaseSource, access: Access) async throws(EngineError) -> Session {
        let session = Session()
        let opened: Result<Void, EngineError> = await withCheckedContinuation { continuation in
            let mailbox = session.mailbox
            let thread = Thread {
                do throws(EngineError) {
                    let lender = try source.open(access, waiting: BusyWait(mailbox: mailbox))
                    continuation.resume(returning: .success(()))
                    SessionLoop(mailbox: mailbox, lender: lender).run()
                } catch {
                    mailbox.close()
                    continuation.resume(returning: .failure(error))
                }
            }
            thread.name = "martlet.sqlite"
            thread.start()
        }
        try opened.get()
        return session
    }

    /// Runs work on the session's thread.
    ///
    /// The work is interrupted when the task is cancelled or `timeout` has passed since the call, waiting included.
    func perform<Success: Sendable>(
        statement: String?,
        timeout: Duration? = nil,
        _ work: @escaping @Sendable (SessionDatabase) throws(EngineError) -> Success
    ) async throws(EngineError) -> Success {
        if Task.isCancelled { throw Interruption.cancelled.error(statement: statement) }
        let mailbox = mailbox
        let id = mailbox.nextID()
        let deadline = timeout.map { ContinuousClock.now + $0 }
        let result: Result<Success, EngineError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let job = Job(
                    id: id,
                    deadline: deadline,
                    work: { database in
                        let result = Result { () throws(EngineError) in try work(database) }
                        mailbox.standing.store(database.standing, ordering: .releasing)
                        // Only now may the next job run, and no interrupt meant for this one can reach it.
                        mailbox.finish()
                        continuation.resume(returning: result)
                    },
                    refuse: { continuation.resume(returning: .failure($0)) }
                )
                mailbox.post(job)
                // A task that was cancelled before the job was posted has no handler left to call.
                if Task.isCancelled { mailbox.cancel(id) }
            }
        } onCancel: {
            mailbox.cancel(id)
        }
        return try result.get()
    }

    /// Runs work that its task's cancellation must not stop, such as the end of a stream.
    func performToTheEnd(_ work: @escaping @Sendable (SessionDatabase) -> Void) async {
        let mailbox = mailbox
        await withCheckedContinuation { continuation in
            let job = Job(
                id: mailbox.nextID(),
                deadline: nil,
                work: { database in
                    work(database)
                    mailbox.standing.store(database.standing, ordering: .releasing)
                    mailbox.finish()
                    continuation.resume()
                },
                refuse: { _ in continuation.resume() }
            )
            mailbox.post(job)
        }
    }

    /// Starts a statement on the session's thread and returns the number that names it.
    func openCursor(_ statement: BoundStatement) async throws(EngineError) -> Int {
        let id = mailbox.nextID()
        try await perform(statement: statement.statement.text) { (database) throws(EngineError) in
            try database.open(statement, id: id)
        }
        return id
    }

    /// Lets the calls that came before end, rolls back what is open and closes the file.
    func close() async {
        mailbox.close()
        await mailbox.waitForEnd()
    }

    deinit {
        // Whoever forgets to close must not leak a thread.
        mailbox.close()
    }
}
