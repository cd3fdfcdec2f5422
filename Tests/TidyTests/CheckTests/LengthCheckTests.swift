import Testing

@Suite("the length check")
struct LengthCheckTests {
    private func offences(_ text: String) -> [Offence] {
        LengthCheck.offences(in: SourceFile(path: "Sources/MartletCore/A.swift", text: text))
    }

    @Test("reports a file of 401 lines and not one of 400")
    func files() {
        #expect(offences(String(repeating: "\n", count: 400)) == [])
        #expect(offences(String(repeating: "\n", count: 401)).map(\.line) == [401])
    }

    @Test("reports a line of 121 characters, whatever its bytes, and not one of 120")
    func lines() {
        #expect(offences("// \n//" + String(repeating: "é", count: 118)) == [])
        #expect(offences("// \n//" + String(repeating: "é", count: 119)).map(\.line) == [2])
    }

    @Test("reports a function of 61 lines and not one of 60")
    func functions() {
        #expect(offences("\nfunc a() {" + String(repeating: "\n", count: 59) + "}") == [])
        #expect(offences("\nfunc a() {" + String(repeating: "\n", count: 60) + "}").map(\.line) == [2])
    }
}
