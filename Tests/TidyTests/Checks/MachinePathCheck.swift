/// No file names a folder of the machine it was written on: it means nothing to anyone else.
struct MachinePathCheck {
    // Put together here, so that this file is no offence itself.
    static let folders = ["work/", "tmp/w/"].map { "/" + $0 }

    static func offences(in tree: SourceTree) -> [Offence] {
        tree.files.flatMap(offences)
    }

    static func offences(in file: SourceFile) -> [Offence] {
        file.lines.enumerated()
            .flatMap { offset, line in
                folders.filter { isNamed($0, in: line) }
                    .map { file.offence(offset + 1, "names '\($0)…' of one machine") }
            }
    }

    /// `https://example.com/work/` and `../work/` are no folders of a machine.
    private static func isNamed(_ folder: String, in line: Substring) -> Bool {
        line.ranges(of: folder)
            .contains { range in
                guard range.lowerBound > line.startIndex else { return true }
                let before = line[line.index(before: range.lowerBound)]
                return !before.isLetter && !before.isNumber && !"._-/~$})".contains(before)
            }
    }
}
