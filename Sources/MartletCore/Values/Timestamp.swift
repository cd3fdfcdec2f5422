/// An instant in UTC, to the microsecond: the resolution of PostgreSQL.
public struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Microseconds since 1970-01-01 00:00:00 UTC, negative before.
    public let microsecondsSince1970: Int64

    /// The instant so many microseconds after 1970-01-01 00:00:00 UTC.
    public init(microsecondsSince1970: Int64) {
        self.microsecondsSince1970 = microsecondsSince1970
    }

    /// PostgreSQL's `infinity`.
    public static let distantFuture = Timestamp(microsecondsSince1970: .max)
    /// PostgreSQL's `-infinity`.
    public static let distantPast = Timestamp(microsecondsSince1970: .min)

    /// Reads `YYYY-MM-DD HH:MM:SS[.ffffff][Z|±HH[:MM]]`, with a space or a `T`; nil for anything else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, let day = CalendarDate(String(text.prefix(10))) else { return nil }
        var seconds = Int64(day.daysSince1970) * 86_400
        guard bytes.count > 10 else {
            self.init(microsecondsSince1970: seconds * 1_000_000)
            return
        }
        guard bytes[10] == UInt8(ascii: " ") || bytes[10] == UInt8(ascii: "T") else { return nil }
        var rest = text.utf8.dropFirst(11)
        guard let hour = rest.takeNumber(), rest.take(":"), let minute = rest.takeNumber(),
            hour < 25, minute < 60
        else { return nil }
        seconds += hour * 3_600 + minute * 60
        if rest.take(":") {
            guard let second = rest.takeNumber(), second < 61 else { return nil }
            seconds += second
        }
        let fraction = rest.takeFraction()
        guard let offset = rest.takeOffset(), rest.isEmpty else { return nil }
        self.init(microsecondsSince1970: (seconds - offset) * 1_000_000 + fraction)
    }

    /// `YYYY-MM-DD HH:MM:SS.ffffff` in UTC, the form SQLite's date functions read and which sorts as text.
    public var description: String {
        if self == .distantFuture { return "infinity" }
        if self == .distantPast { return "-infinity" }
        let dayLength: Int64 = 86_400_000_000
        var days = microsecondsSince1970 / dayLength
        var rest = microsecondsSince1970 % dayLength
        if rest < 0 {
            days -= 1
            rest += dayLength
        }
        let seconds = Int(rest / 1_000_000)
        let clock = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { $0.padded(to: 2) }.joined(separator: ":")
        return "\(CalendarDate(daysSince1970: Int(days))) \(clock).\(Int(rest % 1_000_000).padded(to: 6))"
    }

    /// Orders instants by time.
    public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
        lhs.microsecondsSince1970 < rhs.microsecondsSince1970
    }
}

extension Substring.UTF8View {
    fileprivate mutating func take(_ character: Character) -> Bool {
        guard let first, first == character.asciiValue else { return false }
        removeFirst()
        return true
    }

    fileprivate mutating func takeNumber() -> Int64? {
        let digits = prefix { (48...57).contains($0) }
        removeFirst(digits.count)
        return Int64(String(Substring(digits)))
    }

    /// Microseconds; digits beyond the sixth are cut.
    fileprivate mutating func takeFraction() -> Int64 {
        guard take(".") else { return 0 }
        let digits = prefix { (48...57).contains($0) }
        removeFirst(digits.count)
        let six = String(Substring(digits.prefix(6)))
        return Int64(six + String(repeating: "0", count: 6 - six.count)) ?? 0
    }

    /// Seconds east of UTC; 0 where none is written.
    fileprivate mutating func takeOffset() -> Int64? {
        if isEmpty || take("Z") { return 0 }
        let sign: Int64
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
        guard let hours = takeNumber() else { return nil }
        var seconds = (hours > 99 ? hours / 100 * 60 + hours % 100 : hours * 60) * 60
        if take(":") {
            guard let minutes = takeNumber() else { return nil }
            seconds += minutes * 60
        }
        return sign * seconds
    }
}
