import MartletCore

/// Numbers as people read them, always with their unit.
package enum Figures {
    /// `1,234,567`.
    package static func count(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var grouped = ""
        for (position, digit) in digits.enumerated() {
            if position > 0, (digits.count - position).isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return number < 0 ? "-" + grouped : grouped
    }

    /// `1 row`, `2 rows`.
    package static func count(_ number: Int, _ singular: String, _ plural: String) -> String {
        count(number) + " " + (number == 1 ? singular : plural)
    }

    /// `1,234 rows`.
    package static func rows(_ number: Int) -> String {
        count(number, "row", "rows")
    }

    /// `1,234 rows` of a planner's estimate, which may be larger than any integer.
    package static func rows(_ estimate: Double) -> String {
        rows(Int(exactly: min(estimate, 1e18).rounded()) ?? 0)
    }

    /// `17 B`, `1.2 kB`, `640 MB`; a kB is 1,024 bytes, as `pg_size_pretty` has it.
    package static func bytes(_ number: Int) -> String {
        var amount = Double(number)
        guard amount >= 1_024 else { return "\(number) B" }
        var unit = "kB"
        amount /= 1_024
        for next in ["MB", "GB", "TB"] where amount >= 1_024 {
            unit = next
            amount /= 1_024
        }
        return significant(amount) + " " + unit
    }

    /// `0.4 %`, `12 %`.
    package static func percent(_ ratio: Double) -> String {
        significant(ratio * 100) + " %"
    }

    /// `12`, `1.23`: how many times one thing is another.
    package static func factor(_ number: Double) -> String {
        // A side that took no time the clock can tell makes the ratio as large as a number may be.
        if number > 1e9 { return "∞" }
        guard number < 10 else { return count(Int(number.rounded())) }
        let rounded = String((number * 100).rounded() / 100)
        return rounded.hasSuffix(".0") ? String(rounded.dropLast(2)) : rounded
    }

    /// `(0.92–1.17)`.
    package static func factors(_ range: ClosedRange<Double>) -> String {
        "(\(factor(range.lowerBound))–\(factor(range.upperBound)))"
    }

    /// `250 µs`, `1.3 ms`, `2.1 s`, `3.5 h`.
    package static func seconds(_ seconds: Double) -> String {
        if seconds < 0.001 { return significant(seconds * 1_000_000) + " µs" }
        if seconds < 1 { return significant(seconds * 1_000) + " ms" }
        if seconds < 600 { return significant(seconds) + " s" }
        return significant(seconds / 3_600) + " h"
    }

    /// `250 µs`, `1.3 ms`, `2.1 s`.
    package static func duration(_ duration: Duration) -> String {
        seconds(duration.seconds)
    }

    /// One digit after the point below ten, none from there on.
    private static func significant(_ amount: Double) -> String {
        if amount >= 10 { return count(Int(min(amount, 1e18).rounded())) }
        let tenths = Int((amount * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
