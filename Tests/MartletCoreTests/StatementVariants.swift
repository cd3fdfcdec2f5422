import MartletCore

/// Rewrites a statement as an application or its driver might have written it.
struct StatementVariants {
    private struct Piece {
        let token: Token
        let text: String
    }

    private let pieces: [Piece]

    init(_ statement: String) {
        pieces = Array(statement.utf8)
            .withUnsafeBytes { bytes in
                var lexer = Lexer(bytes, dialect: .postgres)
                var pieces: [Piece] = []
                while let token = lexer.next() {
                    pieces.append(Piece(token: token, text: String(decoding: lexer.text(of: token), as: UTF8.self)))
                }
                return pieces
            }
    }

    /// All that there are, the statement itself among them.
    ///
    /// Literals are left as they are in statements that define
    /// things instead of reading or changing rows: there they are part of the definition.
    func all(using random: inout some RandomNumberGenerator) -> [String] {
        var variants = [text, inCapitals, inLowerCase, spaced(using: &random)]
        if changesRows {
            variants += [withOtherLiterals(using: &random), withPlaceholders, withLongerLists]
        }
        var seen: Set<String> = []
        return variants.filter { seen.insert($0).inserted }
    }

    private var text: String { pieces.map(\.text).joined() }

    private var changesRows: Bool {
        let first = pieces.first { !$0.token.isBlank }?.text.uppercased() ?? ""
        return ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "MERGE", "VALUES", "("].contains(first)
    }

    private var inCapitals: String {
        pieces.map { $0.token.kind == .word ? $0.text.uppercased() : $0.text }.joined()
    }

    private var inLowerCase: String {
        pieces.map { $0.token.kind == .word ? $0.text.lowercased() : $0.text }.joined()
    }

    /// With comments, line ends and blanks wherever they may stand.
    func spaced(using random: inout some RandomNumberGenerator) -> String {
        let blanks = [" ", "\n", "\t ", " /* why */ ", " -- it's\n", " /* a /* b */ c */ ", "\r\n"]
        return
            pieces.map { piece in
                piece.token.isBlank
                    ? blanks[Int.random(in: 0..<blanks.count, using: &random)]
                    : piece.text
                        + (Bool.random(using: &random) ? blanks[Int.random(in: 0..<blanks.count, using: &random)] : "")
            }
            .joined()
    }

    private func withOtherLiterals(using random: inout some RandomNumberGenerator) -> String {
        pieces.map { piece in
            switch piece.token.kind {
            case .number: String(Int.random(in: 1...99_999, using: &random))
            case .string where piece.text.hasPrefix("'"): "'it''s \(UInt32.random(in: 0...UInt32.max, using: &random))'"
            default: piece.text
            }
        }
        .joined()
    }

    private var withPlaceholders: String {
        var count = 100
        return
            pieces.map { piece in
                guard piece.token.isLiteral else { return piece.text }
                count += 1
                return "$\(count)"
            }
            .joined()
    }

    /// With IN lists and VALUES that repeat their last element.
    private var withLongerLists: String {
        let significant = pieces.filter { !$0.token.isBlank }
        var result: [String] = []
        var openings: [(index: Int, kind: String)] = []
        for (index, piece) in significant.enumerated() {
            result.append(piece.text)
            if piece.token.kind == .open {
                openings.append((result.count - 1, index > 0 ? significant[index - 1].text.uppercased() : ""))
            } else if piece.token.kind == .close, let opening = openings.popLast() {
                let inner = significant[(index - 1)...(index - 1)]
                if opening.kind == "IN", inner.allSatisfy(\.token.isLiteral) {
                    result.insert(contentsOf: [",", significant[index - 1].text], at: result.count - 1)
                } else if opening.kind == "VALUES" {
                    result += [","] + result[opening.index...]
                }
            }
        }
        return result.joined(separator: " ")
    }
}
