internal import MartletCore
internal import Synchronization

/// A loan that ends when it is closed, or when nobody holds it any more.
final class BorrowedConnection: ForwardingConnection {
    private let loan: PooledConnection
    private let core: PoolCore
    private let isClosed = Mutex(false)

    init(_ loan: PooledConnection, of core: PoolCore) {
        self.loan = loan
        self.core = core
    }

    deinit {
        giveBack()
    }

    var base: any Connection { loan }

    /// Gives the session back to its pool.
    func close() async {
        giveBack()
    }

    private func giveBack() {
        // Once only: the session may be another's by now.
        let wasClosed = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return isClosed
        }
        if !wasClosed { core.giveBack(loan) }
    }
}
