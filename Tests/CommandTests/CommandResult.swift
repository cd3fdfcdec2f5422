import Foundation
import Testing

/// How a command ended, and what it said.
struct CommandResult: Sendable, CustomStringConvertible {
    /// The exit status; 128 + the signal where one ended it, as shells have it.
    let status: Int32
    /// Standard output.
    let output: String
    /// Standard error.
    let errors: String

    var description: String {
        "status \(status)\n--- output\n\(output)--- errors\n\(errors)---"
    }

    /// Lines of standard error that are not progress.
    var errorLines: [Substring] {
        errors.split(separator: "\n")
    }

    /// The output as JSON: keys and values of its object.
    func json() throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
        return try #require(object as? [String: Any], "the output is no JSON object: \(output)")
    }

    /// Findings of `check --format json`, by identity.
    func findings() throws -> [String: [String: Any]] {
        let list = try #require(try json()["findings"] as? [[String: Any]])
        return Dictionary(uniqueKeysWithValues: list.map { ($0["id"] as? String ?? "", $0) })
    }

    /// The id of the migration that `apply` made.
    func migration() throws -> String {
        let word = try #require(output.split(separator: ":").first, "no migration in \(self)")
        return String(word)
    }
}
