import Foundation

/// A command line of a documentation page, with the exit status that the page says it has.
struct DocumentedExample: Sendable {
    let line: String
    let status: Int32

    /// The lines behind `$` of the blocks marked as `console`; `$ echo $?` tells the status of the one before.
    static func all(in page: String) -> [DocumentedExample] {
        var examples: [DocumentedExample] = []
        for block in blocks(of: "console", in: page) {
            let lines = block.split(separator: "\n", omittingEmptySubsequences: false)
            for (position, line) in lines.enumerated() where line.hasPrefix("$ ") && line != "$ echo $?" {
                let next = lines[(position + 1)...].firstIndex { $0.hasPrefix("$ ") }
                let asks = next.map { lines[$0] == "$ echo $?" } ?? false
                let status = asks ? next.flatMap { Int32(lines[$0 + 1]) } ?? -1 : 0
                examples.append(DocumentedExample(line: String(line.dropFirst(2)), status: status))
            }
        }
        return examples
    }

    /// The text of the blocks of one language.
    static func blocks(of language: String, in page: String) -> [String] {
        page.components(separatedBy: "```\(language)\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```").first }
    }
}
