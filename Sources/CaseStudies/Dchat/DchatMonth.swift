package import MartletCore

/// A month of the calendar in UTC, and the partition that holds its messages.
package struct DchatMonth: Sendable, Hashable, Comparable {
    package let year: Int
    /// 1...12.
    package let month: Int

    package init(year: Int, month: Int) {
        precondition((1...12).contains(month), "a year has months 1 to 12")
        self.year = year
        self.month = month
    }

    /// The month that an instant is in.
    package init(of instant: Timestamp) {
        let dayLength: Int64 = 86_400_000_000
        let (quotient, remainder) = instant.microsecondsSince1970.quotientAndRemainder(dividingBy: dayLength)
        let day = CalendarDate(daysSince1970: Int(remainder < 0 ? quotient - 1 : quotient)).components
        self.init(year: day.year, month: day.month)
    }

    package var next: DchatMonth {
        month == 12 ? DchatMonth(year: year + 1, month: 1) : DchatMonth(year: year, month: month + 1)
    }

    /// Its first instant.
    package var start: Timestamp {
        let day = CalendarDate(year: year, month: month, day: 1)
        return Timestamp(microsecondsSince1970: Int64(day.daysSince1970) * 86_400_000_000)
    }

    /// The name of its partition, as the document has it: `messages_2024_01`.
    package var partition: QualifiedName { partition(of: DchatTables(.postgres).messages) }

    /// The name of its partition of another table, after the same pattern.
    package func partition(of table: QualifiedName) -> QualifiedName {
        let number = month < 10 ? "0\(month)" : "\(month)"
        return QualifiedName(schema: table.schema, name: "\(table.name)_\(year)_\(number)")
    }

    /// Its bounds as a partition has them, with their offset: one without is read in the time zone of the session.
    var bounds: String {
        "FROM ('\(start)+00') TO ('\(next.start)+00')"
    }

    /// All months from one to another.
    package static func all(from first: DchatMonth, through last: DchatMonth) -> [DchatMonth] {
        Array(sequence(first: first) { $0 < last ? $0.next : nil })
    }

    package static func < (lhs: DchatMonth, rhs: DchatMonth) -> Bool {
        (lhs.year, lhs.month) < (rhs.year, rhs.month)
    }
}
