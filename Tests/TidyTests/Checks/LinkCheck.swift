import Foundation

/// Relative links of Markdown pages lead somewhere.
struct LinkCheck {
    static func offences(in tree: SourceTree) -> [Offence] {
        let paths = Set(tree.files.map(\.path)).union(tree.otherPaths)
        return tree.files.filter { $0.path.hasSuffix(".md") }
            .flatMap { file in
                targets(in: file)
                    .compactMap { target, line in
                        guard let path = resolve(target, from: file.path) else {
                            return file.offence(line, "the link '\(target)' leads out of the package")
                        }
                        return path.isEmpty || paths.contains(path)
                            ? nil : file.offence(line, "the link '\(target)' leads nowhere")
                    }
            }
    }

    /// Targets of `[text](target)` outside code, without those that name a server or a place on the same page.
    static func targets(in file: SourceFile) -> [(target: String, line: Int)] {
        var isCode = false
        return file.lines.enumerated()
            .flatMap { offset, line -> [(String, Int)] in
                if line.drop(while: \.isWhitespace).hasPrefix("```") { isCode.toggle() }
                guard !isCode else { return [] }
                // Code between backticks is every second piece.
                let prose = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                    .map { $0.offset.isMultiple(of: 2) ? String($0.element) : "code" }.joined()
                return prose.components(separatedBy: "](").dropFirst()
                    .compactMap { piece in
                        guard let target = piece.split(separator: ")", omittingEmptySubsequences: false).first,
                            !target.contains(":"), !target.hasPrefix("#"), let path = target.split(separator: "#").first
                        else { return nil }
                        return (String(path), offset + 1)
                    }
            }
    }

    private static func resolve(_ target: String, from page: String) -> String? {
        var parts = page.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") where part != "." {
            guard part == ".." else {
                parts.append(String(part))
                continue
            }
            if parts.popLast() == nil { return nil }
        }
        return parts.joined(separator: "/")
    }
}
