import Martlet
import MartletCore
import MartletPostgres
import MartletTesting
import Testing

/// An empty database of one engine, gone when its test is.
struct PagingDatabase {
    let engine: any Engine
    private let file: TemporaryDatabase?

    /// Without PostgreSQL on this machine a test of it is cancelled with the reason.
    init(_ dialect: Dialect) async throws {
        switch dialect {
        case .sqlite:
            let file = try TemporaryDatabase()
            engine = file.engine
            self.file = file
        case .postgres:
            do {
                engine = try await PrivatePostgres.temporaryDatabase()
                file = nil
            } catch let error as PrivatePostgresError where error.code == .notInstalled {
                try Test.cancel("\(error)")
            }
        }
    }

    func withConnection<Success: Sendable>(
        _ body: (any Connection) async throws -> Success
    ) async throws -> Success {
        let success = try await engine.withConnection(.readWrite, body)
        withExtendedLifetime(file) {}
        return success
    }
}
