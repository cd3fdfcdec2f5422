import Foundation
import Yams

/// Reads what users write in YAML.
enum YAMLFile {
    /// A file that is not there or cannot be understood is a usage error.
    ///
    /// `option` is what names another file, `page` where the form is described.
    static func read<Content: Decodable>(
        _ type: Content.Type,
        at path: String,
        option: String,
        page: String
    ) throws(CommandFailure) -> Content {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(.usage, "there is no readable file \(path); name one with \(option)")
        }
        do {
            return try YAMLDecoder().decode(Content.self, from: data)
        } catch {
            throw CommandFailure(.usage, "\(path) cannot be understood: \(line(reason(error))); see \(page)")
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.typeMismatch(_, let context) where context.codingPath.isEmpty:
            "it has no keys at its top"
        case DecodingError.keyNotFound(let key, let context): "\(place(context)) lacks \(key.stringValue)"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            context.underlyingError.map { "\($0)" } ?? "\(place(context)): \(context.debugDescription)"
        default: "\(error)"
        }
    }

    /// The parser draws the place with an arrow under it; an error is one line.
    private static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { $0 != "^" && !$0.isEmpty }.joined(separator: " ")
    }

    private static func place(_ context: DecodingError.Context) -> String {
        context.codingPath.isEmpty ? "it" : context.codingPath.map(\.stringValue).joined(separator: ".")
    }
}
