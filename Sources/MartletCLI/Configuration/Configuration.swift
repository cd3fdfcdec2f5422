import Foundation
import Yams

/// What `martlet.yaml` says.
struct Configuration: Decodable {
    static let defaultPath = "martlet.yaml"

    /// Counters by name.
    var counters: [String: CounterDeclaration]?

    /// Reads the file; one that is not there or cannot be understood is a usage error.
    static func read(_ path: String) throws(CommandFailure) -> Configuration {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(.usage, "there is no readable file \(path); name one with --config")
        }
        do {
            return try YAMLDecoder().decode(Configuration.self, from: data)
        } catch {
            throw CommandFailure(.usage, "\(path) cannot be understood: \(Self.reason(error)); see docs/counters.md")
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, let context): "\(place(context)) lacks \(key.stringValue)"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            context.underlyingError.map { "\($0)" } ?? "\(place(context)): \(context.debugDescription)"
        default: "\(error)"
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        context.codingPath.isEmpty ? "it" : context.codingPath.map(\.stringValue).joined(separator: ".")
    }
}
