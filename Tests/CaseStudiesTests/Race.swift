import MartletCore

/// Sessions that do the same thing at once.
enum Race {
    /// Sessions of a race, as many as the requirements have writers.
    static let racers = 16

    /// Runs a body on a connection for each racer; none begins before all are connected.
    static func run(
        on engine: some Engine,
        _ body: @escaping @Sendable (_ racer: Int, any Connection) async throws -> Void
    ) async throws {
        let gate = Gate()
        try await withThrowingTaskGroup { group in
            for racer in 0..<racers {
                group.addTask {
                    try await engine.withConnection(.readWrite) { connection in
                        await gate.pass()
                        try await body(racer, connection)
                    }
                }
            }
            group.addTask {
                // Whoever failed to connect must not hold up those who wait.
                defer { gate.open() }
                while gate.arrivals < racers { try await Task.sleep(for: .milliseconds(1)) }
            }
            try await group.waitForAll()
        }
    }
}
