internal import MartletCore

/// Days and instants in PostgreSQL's own notation with `DateStyle` ISO.
///
/// `0044-03-15 BC`, `2024-02-29 12:34:56.789+05:30`, `294276-12-31 23:59:59.999999`: years of any length, the era at
/// the end, offsets to the second. Source: EncodeDateTime, PostgreSQL 15, src/backend/utils/adt/datetime.c.
enum DateTimeFormat {
    private static let microsecondsPerDay: Int64 = 86_400_000_000
    /// What stands behind an instant, so that the session's time zone does not matter.
    static let utc = "+00"

    // MARK: Writing

    static func append(_ date: CalendarDate, to bytes: inout [UInt8]) {
        append(date, clock: "", to: &bytes)
    }

    /// In UTC, said with its offset, so that the session's time zone does not matter.
    static func append(_ timestamp: Timestamp, to bytes: inout [UInt8]) {
        guard timestamp != .distantFuture, timestamp != .distantPast else {
            bytes.append(contentsOf: timestamp.description.utf8)
            return
        }
        let (days, rest) = split(timestamp.microsecondsSince1970)
        append(CalendarDate(daysSince1970: days), clock: " \(clock(rest))\(utc)", to: &bytes)
    }

    private static func append(_ date: CalendarDate, clock: String, to bytes: inout [UInt8]) {
        let (year, month, day) = date.components
        // There is no year 0: the year before 1 is 1 BC.
        let shown = year > 0 ? year : 1 - year
        bytes.append(contentsOf: "\(shown.padded(to: 4))-\(month.padded(to: 2))-\(day.padded(to: 2))\(clock)".utf8)
        if year <= 0 { bytes.append(contentsOf: " BC".utf8) }
    }

    private static func clock(_ microseconds: Int64) -> String {
        let seconds = Int(microseconds / 1_000_000)
        let parts = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { $0.padded(to: 2) }
        return parts.joined(separator: ":") + "." + Int(microseconds % 1_000_000).padded(to: 6)
    }

    private static func split(_ microseconds: Int64) -> (days: Int, rest: Int64) {
        var (days, rest) = microseconds.quotientAndRemainder(dividingBy: microsecondsPerDay)
        if rest < 0 {
            days -= 1
            rest += microsecondsPerDay
        }
        return (Int(days), rest)
    }

    // MARK: Reading

    /// An instant that is so many days and microseconds after 1970-01-01.
    ///
    /// PostgreSQL counts from 2000 and so reaches 29 years further than 64 bits since 1970: these come as text, with
    /// the offset behind it, which a type without a time zone has not.
    static func timestamp(daysSince1970 days: Int, microseconds: Int64, offset: String) -> Value {
        let (product, isTooFar) = Int64(days).multipliedReportingOverflow(by: microsecondsPerDay)
        let (sum, isBeyond) = product.addingReportingOverflow(microseconds)
        guard isTooFar || isBeyond else { return .timestamp(Timestamp(microsecondsSince1970: sum)) }
        let (more, rest) = split(microseconds)
        var bytes: [UInt8] = []
        append(CalendarDate(daysSince1970: days + more), clock: " \(clock(rest))\(offset)", to: &bytes)
        return .text(String(decoding: bytes, as: UTF8.self))
    }

    /// Reads a day; what is none, as `infinity`, stays text.
    static func date(_ text: String) -> Value {
        var cursor = DigitCursor(text)
        guard let days = day(&cursor), cursor.isAtEnd else { return .text(text) }
        return .date(CalendarDate(daysSince1970: days))
    }

    /// Reads an instant with or without an offset; `utc` is what stands behind one that stays text.
    static func timestamp(_ text: String, offset utc: String) -> Value {
        if text == "infinity" { return .timestamp(.distantFuture) }
        if text == "-infinity" { return .timestamp(.distantPast) }
        var cursor = DigitCursor(text)
        guard let days = day(&cursor), cursor.take(" "), let hours = cursor.number(), cursor.take(":"),
            let minutes = cursor.number(), cursor.take(":"), let seconds = cursor.number()
        else { return .text(text) }
        let fraction = cursor.take(".") ? cursor.microseconds() : 0
        let offset = offset(&cursor)
        guard cursor.isAtEnd else { return .text(text) }
        let ofDay = Int64((hours * 60 + minutes) * 60 + seconds - offset) * 1_000_000 + fraction
        return timestamp(daysSince1970: days, microseconds: ofDay, offset: utc)
    }

    /// Days since 1970-01-01, with the era, which stands at the very end.
    private static func day(_ cursor: inout DigitCursor) -> Int? {
        let isBeforeChrist = cursor.dropSuffix(" BC")
        guard let year = cursor.number(), year > 0, cursor.take("-"), let month = cursor.number(), cursor.take("-"),
            let day = cursor.number(), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        return CalendarDate(year: isBeforeChrist ? 1 - year : year, month: month, day: day).daysSince1970
    }

    /// Seconds east of UTC.
    private static func offset(_ cursor: inout DigitCursor) -> Int {
        let sign = cursor.take("+") ? 1 : cursor.take("-") ? -1 : 0
        guard sign != 0, let hours = cursor.number() else { return 0 }
        let minutes = cursor.take(":") ? cursor.number() ?? 0 : 0
        let seconds = cursor.take(":") ? cursor.number() ?? 0 : 0
        return sign * ((hours * 60 + minutes) * 60 + seconds)
    }
}
