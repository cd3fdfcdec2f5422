import MartletCore

/// Columns of text, aligned.
struct TextTable {
    private var rows: [[String]]
    private let rightAligned: Set<Int>

    init(header: [String], rightAligned: Set<Int> = []) {
        rows = [header]
        self.rightAligned = rightAligned
    }

    mutating func append(_ row: [String]) {
        rows.append(row)
    }

    /// The table in Markdown.
    var markdown: [String] {
        let columns = rows.first?.count ?? 0
        let rule = (0..<columns).map { rightAligned.contains($0) ? "---:" : "---" }
        return ([rows[0], rule] + rows.dropFirst())
            .map { row in
                "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
            }
    }

    /// One line for each row, the header first.
    var lines: [String] {
        let widths = (rows.first ?? []).indices
            .map { column in
                rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
            }
        return rows.map { row in
            let cells = row.enumerated()
                .map { column, cell in
                    let padding = String(repeating: " ", count: widths[column] - cell.count)
                    return rightAligned.contains(column) ? padding + cell : cell + padding
                }
            return String(cells.joined(separator: "  ").trimmingSuffix { $0 == " " })
        }
    }
}
