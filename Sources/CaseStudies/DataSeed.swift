import Foundation
import MartletCore

/// The number that all rows of a case study follow from.
struct DataSeed: Sendable, Hashable {
    let number: UInt64

    /// 1 January 2025, when each application began.
    private static let firstDay = CalendarDate(year: 2025, month: 1, day: 1)
    /// All rows are spread over this time.
    private static let secondsOfHistory = 300 * 86_400

    init(_ number: UInt64) {
        self.number = number
    }

    /// A sequence of random numbers for each table, so that one can change without the others.
    func generator(stream: UInt64) -> SplitMix64 {
        var seeds = SplitMix64(seed: number &+ stream &* 0x1000_0001)
        return SplitMix64(seed: seeds.next())
    }

    /// The instant of the row of that number, of so many that are spread evenly over the history.
    static func instant(_ number: Int, of count: Int) -> Timestamp {
        let microseconds = Int64(secondsOfHistory) * 1_000_000 / Int64(count) * Int64(number)
        return Timestamp(microsecondsSince1970: startMicroseconds + microseconds)
    }

    /// The instant at which the history ends, by which operations say what time it is.
    static let end = Timestamp(microsecondsSince1970: startMicroseconds + Int64(secondsOfHistory) * 1_000_000)

    private static let startMicroseconds = Int64(firstDay.daysSince1970) * 86_400_000_000
}

extension UUID {
    /// The identifier of the row of that number, which looks drawn but follows from table and number alone.
    ///
    /// Thus an operation can name a row of any data set, and keys lie as scattered in their index as drawn ones do.
    init(table: UInt8, number: Int) {
        var random = SplitMix64(seed: UInt64(table) << 56 | UInt64(truncatingIfNeeded: number))
        let high = random.next()
        let low = random.next()
        func byte(_ word: UInt64, _ place: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (56 - 8 * place)) }
        // Version 4, variant 1: RFC 9562, section 5.4.
        self.init(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3), byte(high, 4), byte(high, 5),
                byte(high, 6) & 0x0F | 0x40, byte(high, 7), byte(low, 0) & 0x3F | 0x80, byte(low, 1), byte(low, 2),
                byte(low, 3), byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
            )
        )
    }
}
