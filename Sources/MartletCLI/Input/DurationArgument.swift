import ArgumentParser

/// A time with its unit: `50ms`, `1.5s`, `200us`.
struct DurationArgument: ExpressibleByArgument, Sendable {
    let duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    /// As a user would write it, for the help page.
    var defaultValueDescription: String { "\(Int(duration / .milliseconds(1)))ms" }

    init?(argument: String) {
        let units: [(String, Double)] = [("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1)]
        guard let (unit, seconds) = units.first(where: { argument.hasSuffix($0.0) }),
            let number = Double(argument.dropLast(unit.count)), number >= 0, number.isFinite, number * seconds < 86_400
        else { return nil }
        duration = .seconds(number * seconds)
    }
}
