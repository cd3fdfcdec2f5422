package import MartletCore

/// Why a load ended before it had measured anything worth telling: an operation that cannot work.
package struct LoadFailure: Error, CustomStringConvertible {
    package let operation: String
    package let cause: EngineError

    package var description: String {
        "operation \(operation) cannot run: \(cause.description)"
    }

    /// Errors that every further run would meet again.
    static let hopelessCodes: Set<EngineError.Code> = [
        .readOnly, .syntaxError, .undefinedObject, .invalidBinding, .permissionDenied, .unsupported,
    ]
}
