/// Limits on files, lines and functions, as docs/STYLE.md has them.
struct LengthCheck {
    static let fileLinesMax = 400
    static let lineCharactersMax = 120
    static let functionLinesMax = 60

    static func offences(in tree: SourceTree) -> [Offence] {
        tree.files.filter { !$0.path.hasSuffix(".md") }.flatMap(offences)
    }

    static func offences(in file: SourceFile) -> [Offence] {
        let lines = file.lines
        var offences: [Offence] = []
        if lines.count > fileLinesMax {
            offences.append(file.offence(fileLinesMax + 1, "the file has \(lines.count) lines, \(fileLinesMax) may be"))
        }
        for (index, line) in lines.enumerated() where line.count > lineCharactersMax {
            offences.append(file.offence(index + 1, "\(line.count) characters, \(lineCharactersMax) may be"))
        }
        for function in FunctionSpan.all(in: file) where function.lines > functionLinesMax {
            let message = "'\(function.name)' has \(function.lines) lines, \(functionLinesMax) may be"
            offences.append(file.offence(function.firstLine, message))
        }
        return offences
    }
}
