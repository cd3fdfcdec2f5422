import Foundation
import Yams

/// Reads what users write in YAML.
enum YAMLFile {
    /// A file that is not there or cannot be understood is a usage error.
    ///
    /// `option` is what names another file, `page` where the form is described. A pipe is read as well as a file.
    static func read<Content: Decodable>(
        _ type: Content.Type,
        at path: String,
        option: String,
        page: String
    ) throws(CommandFailure) -> Content {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw CommandFailure(.usage, "\(path) is a folder; name a file with \(option)")
        }
        guard let data = contents(path) else {
            throw CommandFailure(.usage, "there is no readable file \(path); name one with \(option)")
        }
        do {
            return try YAMLDecoder().decode(Content.self, from: data)
        } catch {
            throw CommandFailure(.usage, "\(path) cannot be understood: \(line(reason(error))); see \(page)")
        }
    }

    /// FileManager would refuse whatever is no regular file.
    private static func contents(_ path: String) -> Data? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        return try? file.readToEnd() ?? Data()
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.typeMismatch(_, let context) where context.codingPath.isEmpty:
            "it has no keys at its top"
        case DecodingError.keyNotFound(let key, let context):
            "\(context.codingPath.isEmpty ? "it" : place(context)) lacks \(key.stringValue)"
        case DecodingError.typeMismatch(let type, let context): "\(place(context)): \(expectation(type)) is due here"
        case DecodingError.valueNotFound(_, let context), DecodingError.dataCorrupted(let context):
            context.underlyingError.map { "\($0)" } ?? "\(place(context)): \(context.debugDescription)"
        default: "\(error)"
        }
    }

    /// What a value of the type is in YAML.
    private static func expectation(_ type: Any.Type) -> String {
        switch type {
        case is Node.Mapping.Type: "a mapping of keys to values"
        case is Node.Sequence.Type: "a list"
        case is Bool.Type: "true or false"
        case is Int64.Type: "a whole number"
        case is Double.Type: "a number"
        default: "a single value"
        }
    }

    /// The parser draws the place with an arrow under it; an error is one line.
    private static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { $0 != "^" && !$0.isEmpty }.joined(separator: " ")
    }

    private static func place(_ context: DecodingError.Context) -> String {
        guard !context.codingPath.isEmpty else { return "its top" }
        return context.codingPath.map { key in key.intValue.map { "entry \($0 + 1)" } ?? key.stringValue }
            .joined(separator: ", ")
    }
}
