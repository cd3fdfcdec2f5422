internal import MartletCore

/// A session of a pool, from its opening to its end.
///
/// An object of its own, as an engine may hold its connections weakly somewhere, and each retain and release of an
/// object that was ever held so takes a slow path.
final class PooledSession: Sendable {
    let connection: any Connection
    let dialect: Dialect
    /// The deadline of each call where the server keeps none.
    let callTimeout: Duration?

    init(_ connection: any Connection, statementTimeout: Duration?) {
        self.connection = connection
        dialect = connection.dialect
        callTimeout = dialect == .sqlite ? statementTimeout : nil
    }

    var standing: SessionStanding { connection.standing }
}
