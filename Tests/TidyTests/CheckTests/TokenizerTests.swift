import Testing

@Suite("the tokenizer")
struct TokenizerTests {
    @Test(
        "finds no brace in what is not code",
        arguments: [
            "// {", "/* { */", "/* /* { */ { */", "let a = \"{\"", "let a = \"\\\"{\"", "let a = #\"{\"{\"#",
            "let a = \"\"\"\n{ \"{\n\"\"\"", "let a = \"\\(b(\")\"))\"", "let a = ##\"\\#(}\"##", "let a = /{+/",
            "f(/\\/{/)",
            "let a = #/{/#", "return /{/", "let a = \"\\(/* ) */ b[\"}\"])\"",
        ]
    )
    func literals(_ text: String) {
        let braces = SourceFile(path: "A.swift", text: text).code.filter { $0.isSymbol("{") || $0.isSymbol("}") }
        #expect(braces.isEmpty)
    }

    @Test(
        "finds every brace of code",
        arguments: [
            ("{ \"{\" }", 2), ("{ a / b } / {", 3), ("let a = \"\\(b { $0 })\" + c { }", 2), ("{ // }\n}", 2),
            ("let a = \"open\n{ }", 2), ("x = y/2; { z/3 }", 2), ("#if os(Linux)\n{ }\n#endif", 2), ("{ /* } */ }", 2),
        ]
    )
    func braces(_ text: String, _ count: Int) {
        #expect(SourceFile(path: "A.swift", text: text).code.count { $0.isSymbol("{") || $0.isSymbol("}") } == count)
    }

    @Test("counts lines over literals and comments of several lines")
    func lines() {
        let text = "let a = \"\"\"\n  one\n  \"\"\"\n/* two\n */ let b = 1\n"
        let tokens = SourceFile(path: "A.swift", text: text).tokens
        #expect(tokens.first { $0.isWord("b") }?.line == 5)
        #expect(tokens.first { $0.kind == .literal }.map { [$0.line, $0.lastLine] } == [1, 3])
        #expect(tokens.first { $0.kind == .comment }.map { [$0.line, $0.lastLine] } == [4, 5])
    }

    @Test("ends on any bytes, with tokens that cover all that is no space")
    func endsOnAnything() {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: .min ... .max, using: &generator)
        var state = seed
        let alphabet = Array("{}()[]\"#/\\*\n a=é`")
        for _ in 0..<2_000 {
            let characters = (0..<12)
                .map { _ in
                    // Knuth's multiplier: reproducible from the seed alone.
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return alphabet[Int(state >> 33) % alphabet.count]
                }
            let tokens = Tokenizer.tokens(of: String(characters))
            let isBlank = characters.allSatisfy(\.isWhitespace)
            #expect(tokens.isEmpty == isBlank, "seed \(seed): \(String(characters))")
            #expect(tokens.allSatisfy { $0.braceDepth >= 0 && $0.groupDepth >= 0 }, "seed \(seed)")
        }
    }
}
