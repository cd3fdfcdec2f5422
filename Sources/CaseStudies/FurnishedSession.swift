import MartletCore

/// A session for which something was made in its database that goes when it is closed.
final class FurnishedSession: ForwardingConnection {
    let base: any Connection
    private let removal: BoundStatement

    init(_ base: any Connection, removal: BoundStatement) {
        self.base = base
        self.removal = removal
    }

    func close() async {
        // Nobody can be told; who lost the session finds what is left in a database that is thrown away.
        _ = try? await base.run(removal)
        await base.close()
    }
}
