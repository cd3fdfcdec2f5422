import MartletLoad
import Testing

@Suite struct LatencyTargetTests {
    @Test(
        "grades the figures that a source document measured as it does, but for the one that it called close",
        arguments: [
            ("token verification", 11.0, 50, TargetGrade.exceeded), ("profile", 0.6, 100, .exceeded),
            ("token refresh", 266, 300, .achieved), ("five logins at once", 2_989, 5_000, .achieved),
            ("login", 707, 500, .missed), ("login within a tenth", 550, 500, .close),
        ]
    )
    func document(_ name: String, _ milliseconds: Double, _ target: Double, _ grade: TargetGrade) {
        #expect(LatencyTarget(.milliseconds(target)).grade(.milliseconds(milliseconds)) == grade, "\(name)")
    }

    @Test(
        "knows three bands where it was said what is acceptable",
        arguments: [
            (50, TargetGrade.exceeded), (100, .achieved), (101, .acceptable), (500, .acceptable), (501, .missed),
        ]
    )
    func bands(_ milliseconds: Int, _ grade: TargetGrade) {
        let target = LatencyTarget(.milliseconds(100), acceptable: .milliseconds(500))
        #expect(target.grade(.milliseconds(milliseconds)) == grade)
    }

    @Test("calls nothing fast that was never answered or that failed")
    func nothing() {
        let target = LatencyTarget(.seconds(1))
        var measurement = OperationMeasurement(name: "login")
        #expect(target.grade(measurement) == .unmeasured)
        measurement.latency.record(nanoseconds: 1_000)
        #expect(target.grade(measurement) == .exceeded)
        measurement.unbegun = 1
        #expect(target.grade(measurement) == .unmeasured, "what has not begun is no answer")
        measurement.latency.record(nanoseconds: 1_000)
        measurement.failures = 1
        #expect(target.grade(measurement) == .failed)
        #expect(TargetGrade.achieved < .missed && TargetGrade.missed < .unmeasured)
    }
}
