import Testing

@testable import MartletAdvisor

@Suite("Figures")
struct FiguresTests {
    @Test(
        "group digits",
        arguments: [
            (0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567"), (.min, "-9,223,372,036,854,775,808"),
        ]
    )
    func counts(number: Int, text: String) {
        #expect(Figures.count(number) == text)
    }

    @Test(
        "hold a planner's estimate of any size",
        arguments: [(0.4, "0 rows"), (1.0, "1 row"), (1e30, "1,000,000,000,000,000,000 rows"), (.nan, "0 rows")]
    )
    func estimates(number: Double, text: String) {
        #expect(Figures.rows(number) == text)
    }

    @Test(
        "name the unit of bytes",
        arguments: [
            (0, "0 B"), (1_023, "1023 B"), (1_024, "1 kB"), (1_300, "1.3 kB"), (10 << 20, "10 MB"), (3 << 40, "3 TB"),
            (2_000 << 40, "2,000 TB"),
        ]
    )
    func bytes(number: Int, text: String) {
        #expect(Figures.bytes(number) == text)
    }

    @Test(
        "name the unit of time",
        arguments: [
            (0.00025, "250 µs"), (0.0013, "1.3 ms"), (0.25, "250 ms"), (2.1, "2.1 s"), (599, "599 s"), (7_200, "2 h"),
        ]
    )
    func times(seconds: Double, text: String) {
        #expect(Figures.seconds(seconds) == text)
    }

    @Test("round shares", arguments: [(0.004, "0.4 %"), (0.1234, "12 %"), (1.0, "100 %"), (0.0999, "10 %")])
    func shares(ratio: Double, text: String) {
        #expect(Figures.percent(ratio) == text)
    }
}
