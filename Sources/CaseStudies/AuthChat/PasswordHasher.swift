/// Hashes and checks passwords on threads of their own, or as the document does, on the caller's.
package struct PasswordHasher: Sendable {
    package let cost: PasswordCost
    /// nil: on the thread of who asks.
    private let workers: CoreWorkers?

    /// Takes the cost, and the threads that all requests of a process share.
    package init(cost: PasswordCost, workers: CoreWorkers) {
        self.cost = cost
        self.workers = workers
    }

    /// One that works on the thread of who asks, and of everyone who shares it.
    package init(onCallersThreadAt cost: PasswordCost) {
        self.cost = cost
        workers = nil
    }

    package func hash(_ password: String) async throws -> String {
        let bcrypt = Bcrypt(cost)
        return try await run { Result { () throws(Bcrypt.Failure) in try bcrypt.hash(password) } }.get()
    }

    /// Whether the password is the one that was hashed.
    ///
    /// Without a hash, for there is no such user, the same work is done on a hash that fits no password: the time of
    /// the answer does not say who has an account.
    package func verify(_ password: String, against hash: String?) async throws -> Bool {
        let decoy = decoy
        return try await run { Bcrypt.verify(password, hash ?? decoy) } && hash != nil
    }

    /// Whether a hash was made with less work than is asked for now.
    package func needsRehash(_ hash: String) -> Bool {
        PasswordCost(of: hash).map { $0 < cost } ?? true
    }

    /// Salt and form of a hash, which are all that its check takes its time from.
    private var decoy: String {
        let exponent = cost.exponent < 10 ? "0\(cost.exponent)" : "\(cost.exponent)"
        return "$2b$\(exponent)$abcdefghijklmnopqrstuu" + String(repeating: "x", count: 31)
    }

    private func run<Success: Sendable>(_ work: @escaping @Sendable () -> Success) async throws -> Success {
        guard let workers else { return work() }
        return try await workers.run(work)
    }
}
