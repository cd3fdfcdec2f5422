internal import MartletCore

/// A session of a pool, from its opening to its end.
///
/// An object of its own, as an engine may hold its connections weakly somewhere, and each retain and release of an
/// object that was ever held so takes a slow path.
final class PooledSession: Sendable {
    let connection: any Connection

    init(_ connection: any Connection) {
        self.connection = connection
    }

    var standing: SessionStanding { connection.standing }
    var dialect: Dialect { connection.dialect }
}
