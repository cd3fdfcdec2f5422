import Testing

@Suite("the checks of text")
struct TextCheckTests {
    private func linkOffences(_ text: String) -> [Offence] {
        let files = [SourceFile(path: "docs/a/page.md", text: text), SourceFile(path: "docs/b.md", text: "")]
        return LinkCheck.offences(in: SourceTree(files: files, otherPaths: ["LICENSE", "docs"]))
    }

    @Test(
        "report links that lead nowhere or out of the package",
        arguments: ["c.md", "../c.md#x", "../../../x.md", "../a"]
    )
    func deadLinks(_ target: String) {
        #expect(linkOffences("one\nsee [this](\(target)).").map(\.line) == [2])
    }

    @Test(
        "let be links that lead somewhere, and what is no link",
        arguments: [
            "[a](../b.md#part)", "![a](./page.md)", "[a](https://example.com/x)", "[a](#part)", "[a](../../LICENSE)",
            "`[a](c.md)`", "```\n[a](c.md)\n```", "[a](..)", "[a](../b.md) and [b](page.md)",
        ]
    )
    func liveLinks(_ text: String) {
        #expect(linkOffences(text) == [])
    }

    @Test("report a folder of one machine wherever it stands in a line")
    func machinePaths() {
        for folder in MachinePathCheck.folders {
            for text in ["\(folder)main", "see `\(folder)x`", "a=\(folder)b", "(\(folder))"] {
                #expect(
                    MachinePathCheck.offences(in: SourceFile(path: "docs/a.md", text: "\n" + text)).map(\.line) == [2]
                )
            }
            for text in ["https://example.com\(folder)", "..\(folder)a", "net\(folder)"] {
                #expect(MachinePathCheck.offences(in: SourceFile(path: "docs/a.md", text: text)) == [])
            }
        }
    }
}
