import MartletCore

extension Conformance {
    /// Rows that the server writes itself, on engines that can.
    static let copyCases: [ConformanceCase] = [
        ConformanceCase("copies rows out as the server writes them, or says that it cannot") { engine in
            try await engine.withConnection(.readOnly) { connection in
                var bytes: [UInt8] = []
                guard engine.capabilities.contains(.copying) else {
                    try await expectError(.unsupported, "copying rows out") {
                        _ = try await connection.copyOut("SELECT 1", as: .text) { bytes += $0 }
                    }
                    try expectEqual(try await connection.number("SELECT 1"), 1, "the statement after")
                    return
                }
                let rows = try await connection.copyOut("SELECT \(1)::bigint AS a, 'x,' AS b", as: .csv()) {
                    bytes += $0
                }
                try expectEqual(rows, 1, "rows")
                try expectEqual(String(decoding: bytes, as: UTF8.self), "a,b\n1,\"x,\"\n", "text")
                try expectEqual(connection.standing, .ready, "the session afterwards")
            }
        },
        ConformanceCase("ends a copy whose body throws or whose task is cancelled, and the connection stays usable") {
            engine in
            guard engine.capabilities.contains(.copying) else { return }
            let endless: BoundStatement = "SELECT generate_series(1, 1000000000)"
            try await engine.withConnection(.readWrite) { connection in
                do {
                    _ = try await connection.copyOut(endless, as: .text) { _ in throw BodyError() }
                    throw ConformanceFailure("a copy came to an end whose body throws")
                } catch is BodyError {}
                try expectEqual(try await connection.number("SELECT 1"), 1, "the statement after")
                let task = Task { try await connection.copyOut(endless, as: .text) { _ in } }
                try await Task.sleep(for: .milliseconds(30))
                task.cancel()
                try await expectError(.cancelled, "a cancelled copy") { _ = try await task.value }
                try expectEqual(try await connection.number("SELECT 1"), 1, "the statement after")
            }
        },
    ]
}
