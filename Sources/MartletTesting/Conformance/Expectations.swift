import MartletCore

/// Fails unless the condition holds.
func expect(_ condition: Bool, _ expectation: @autoclosure () -> String) throws {
    if !condition { throw ConformanceFailure(expectation()) }
}

/// Fails unless both are equal.
func expectEqual<T: Equatable>(_ actual: T, _ expected: T, _ what: @autoclosure () -> String) throws {
    if actual != expected { throw ConformanceFailure("\(what()): expected \(expected), got \(actual)") }
}

/// Fails unless the body fails with this code; returns the error.
@discardableResult
func expectError<Success>(
    _ code: EngineError.Code,
    _ what: String,
    _ body: () async throws -> Success
) async throws -> EngineError {
    do {
        let success = try await body()
        throw ConformanceFailure("\(what): expected the error “\(code)”, but it went well with \(success)")
    } catch let error as EngineError {
        if error.code == code { return error }
        throw ConformanceFailure("\(what): expected the error “\(code)”, got \(error.debugDescription)")
    }
}
