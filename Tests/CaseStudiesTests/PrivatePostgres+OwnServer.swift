import MartletTesting
import Testing

extension PrivatePostgres {
    /// A server for one test, which may stop it and change what it likes.
    ///
    /// Without PostgreSQL on this machine the test is cancelled with the reason.
    static func startedOrCancelled(_ options: Options) async throws -> PrivatePostgres {
        do {
            return try await start(options)
        } catch {
            guard error.code == .notInstalled else { throw error }
            try Test.cancel("\(error)")
        }
    }
}
