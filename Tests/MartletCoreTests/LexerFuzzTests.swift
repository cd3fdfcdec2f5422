import MartletCore
import Testing

@Suite("Any bytes")
struct LexerFuzzTests {
    private static let count = 5_000

    @Test("are covered by tokens without gaps, on any input, and every token has a byte")
    func covers() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var texts = try RandomTexts(seed: seed)
        for _ in 0..<Self.count {
            let text = texts.next()
            for dialect in Dialect.allCases {
                let tokens = Self.tokens(text, dialect)
                let gaps = zip(tokens, tokens.dropFirst()).contains { $0.end != $1.start }
                let isCovered = (tokens.first?.start ?? 0) == 0 && (tokens.last?.end ?? 0) == text.count && !gaps
                if !isCovered || tokens.contains(where: { $0.end <= $0.start }) {
                    Issue.record("\(dialect) \(text) \(String(decoding: text, as: UTF8.self))")
                }
            }
        }
    }

    @Test("have a fingerprint that blanks and comments between tokens do not change")
    func ignoresBlanks() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var texts = try RandomTexts(seed: seed)
        let blanks = [" ", "\n", " /* a 'b */ ", " -- c\"\n ", "\t\r\n"].map { Array($0.utf8) }
        for number in 0..<Self.count {
            let text = texts.next()
            for dialect in Dialect.allCases {
                let tokens = Self.tokens(text, dialect)
                var spaced: [UInt8] = []
                for (index, token) in tokens.enumerated() {
                    spaced += token.isBlank ? [0x20] : Array(text[token.start..<token.end])
                    // Nothing behind the last one: a string without an end would swallow it, or end there.
                    if index + 1 < tokens.count { spaced += blanks[(index + number) % blanks.count] }
                }
                let before = NormalForm(of: text, dialect)
                let after = NormalForm(of: spaced, dialect)
                if before != after {
                    Issue.record("\(dialect) \(String(decoding: text, as: UTF8.self)) \(before.text) \(after.text)")
                }
            }
        }
    }

    @Test("have the same normal form exactly if they have the same fingerprint, unless `?` is an operator")
    func normalFormsAgree() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var texts = try RandomTexts(seed: seed)
        for dialect in Dialect.allCases {
            var forms: [Fingerprint: String] = [:]
            var prints: [String: Fingerprint] = [:]
            for _ in 0..<Self.count {
                let text = texts.next()
                let form = NormalForm(of: text, dialect)
                let print = text.withUnsafeBytes { Fingerprint(ofUTF8: $0, dialect: dialect) }
                #expect(print == form.fingerprint)
                // Bytes that are no UTF-8 all look the same in a string, and PostgreSQL's operator looks like a value.
                guard String(validating: text, as: UTF8.self) != nil else { continue }
                if Self.tokens(text, dialect).contains(where: { $0.kind == .operator && text[$0.start] == 0x3F }) {
                    continue
                }
                if let other = forms.updateValue(form.text, forKey: print), other != form.text {
                    Issue.record("\(dialect) one fingerprint: \(other) | \(form.text)")
                }
                if let other = prints.updateValue(print, forKey: form.text), other != print {
                    Issue.record("\(dialect) one normal form: \(form.text) | \(String(decoding: text, as: UTF8.self))")
                }
            }
        }
    }

    @Test("can be split into statements that stand in them in order")
    func splits() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var texts = try RandomTexts(seed: seed)
        for _ in 0..<Self.count {
            let text = String(decoding: texts.next(), as: UTF8.self)
            for dialect in Dialect.allCases {
                let ranges = ScriptSplitter.ranges(of: text, dialect: dialect)
                let areInOrder = zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
                if !areInOrder || ranges.contains(where: \.isEmpty) { Issue.record("\(dialect) \(text)") }
            }
        }
    }

    @Test(
        "take time in proportion to their length",
        .timeLimit(.minutes(10)),
        arguments: [
            "+", "+-", "#-", "@", "$", "$a", "$a$", "(", "[", "'", "\"", "/*", "%(", "%(a", "?", "1::a(1,", "-", ":",
            "::", "e'",
            "IN(", "VALUES(1),", ";", "1.", "BEGIN ATOMIC ", "CREATE TRIGGER BEGIN ", "a", "SET a=",
        ]
    )
    func areReadOnce(_ scrap: String) {
        let text = String(repeating: scrap, count: 100_000 / scrap.utf8.count)
        for dialect in Dialect.allCases {
            #expect(NormalForm(of: text, dialect: dialect).fingerprint == Fingerprint(of: text, dialect: dialect))
            #expect(ScriptSplitter.ranges(of: text, dialect: dialect).count <= text.utf8.count)
        }
    }

    private static func tokens(_ text: [UInt8], _ dialect: Dialect) -> [Token] {
        text.withUnsafeBytes { bytes in
            var lexer = Lexer(bytes, dialect: dialect)
            var tokens: [Token] = []
            while let token = lexer.next() { tokens.append(token) }
            return tokens
        }
    }
}

extension NormalForm {
    fileprivate init(of bytes: [UInt8], _ dialect: Dialect) {
        self = bytes.withUnsafeBytes { NormalForm(ofUTF8: $0, dialect: dialect) }
    }
}
