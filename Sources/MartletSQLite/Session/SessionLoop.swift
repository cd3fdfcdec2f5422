internal import GRDB
internal import MartletCore

/// What a session's thread does: borrow the database, serve jobs, give the database back.
struct SessionLoop {
    let mailbox: Mailbox
    let lender: DatabaseLender

    func run() {
        let memory = SessionMemory(keepsStatements: lender.isExclusive)
        while mailbox.waitForWork() {
            do {
                try lender.lend { database in
                    serve(SessionDatabase(database, memory: memory, mailbox: mailbox))
                }
            } catch {
                mailbox.refuseNext(EngineError(error, statement: nil))
            }
        }
        // Statements must be finalised before their connection closes.
        memory.removeAll()
        lender.close()
    }

    private func serve(_ session: SessionDatabase) {
        mailbox.attach(session.interrupter)
        defer {
            session.leave()
            mailbox.attach(nil)
        }
        repeat {
            guard let job = mailbox.take() else { continue }
            job.work(session)
        } while (lender.isExclusive || session.needsItsDatabase) && mailbox.waitForWork()
    }
}
