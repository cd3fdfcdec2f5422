import Testing

@Suite("the reader of declarations")
struct TypeDeclarationTests {
    @Test(
        "finds types and extensions of the top level only",
        arguments: [
            ("struct A {\n  enum B {\n  }\n}", ["A 4"]),
            ("public final class A: B, @unchecked Sendable {\n}", ["A 2"]),
            ("extension A.B: P {\n}\nfileprivate enum C {\n}", ["+A.B 2", "-C 2"]),
            ("import struct Foundation.Date\nactor A {\n}", ["A 2"]),
            ("private extension A {\n}\npackage protocol B: Sendable {\n}", ["-+A 2", "B 2"]),
            ("@main\nstruct A {\n}", ["A 2"]),
            ("func a() {\n  struct B {\n  }\n}", []),
            ("// struct A {}\nlet a = \"struct A {}\"", []),
        ]
    )
    func declarations(_ text: String, _ expected: [String]) {
        let found = TypeDeclaration.all(in: SourceFile(path: "A.swift", text: text))
        let words = found.map { "\($0.isPrivate ? "-" : "")\($0.isExtension ? "+" : "")\($0.name) \($0.lines)" }
        #expect(words == expected)
    }
}
