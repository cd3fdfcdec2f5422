import Testing

@Suite("the function counter")
struct FunctionSpanTests {
    @Test(
        "measures from the declaration to the closing brace",
        arguments: [
            ("func a() {\n}", ["a 2"]),
            ("func a(\n  b: Int\n) {\n  c()\n}", ["a 5"]),
            ("func a() { if b {\n} else {\n}\n}", ["a 4"]),
            ("struct A {\n  init() {\n    self.b = .init()\n  }\n}", ["init 3"]),
            ("var a: Int {\n  1\n}\nvar b = 2\nfunc c() {\n}", ["a 3", "c 2"]),
            ("func a(b: () -> Void = { return }) -> [Int] {\n  let c = \"}\" // }\n}", ["a 3"]),
            ("protocol A {\n  func b()\n  var c: Int { get }\n  func d() throws(E)\n}\nfunc e() {\n}", ["c 1", "e 2"]),
            ("func a() {\n  func b() {\n  }\n}", ["a 4", "b 2"]),
            ("func a<T>() async throws(E) -> T\nwhere T: P {\n}", ["a 3"]),
            ("static func < (a: A, b: A) -> Bool {\n  /* } */ a.b < b.b\n}", ["< 3"]),
            ("subscript(a: Int) -> Int {\n  get {\n    1\n  }\n}\ndeinit {\n}", ["subscript 5", "deinit 2"]),
            ("protocol A { func b() }\nextension A {\n  func b() {\n  }\n}", ["b 2"]),
            ("let a = b(c, { d in\n  var e = d\n  return e\n})", []),
            ("func a() {\n  let b = #\"\"\"\n    }\n    \"\"\"#\n}", ["a 5"]),
            ("actor A {\n  isolated deinit {\n    // }\n  }\n}", ["deinit 3"]),
            ("convenience init?(a: Int) {\n}\nfunc b() {\n}", ["init 2", "b 2"]),
        ]
    )
    func spans(_ text: String, _ expected: [String]) {
        let spans = FunctionSpan.all(in: SourceFile(path: "A.swift", text: text))
        #expect(spans.map { "\($0.name) \($0.lines)" } == expected)
    }
}
