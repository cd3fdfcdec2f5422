/// Numbers the round trips of one unit of work along its critical path.
///
/// A call that begins may depend on every call that has ended, and on none that is still under way: its number is one
/// more than the highest that has ended. Calls one after the other count 0, 1, 2 …; calls that overlap, on one
/// connection or on several, share a number. It is the longest chain of calls that waited for one another.
package struct RoundTripCounter: Sendable {
    private var nextNumber = 0

    package init() {}

    /// Round trips that have ended, along the critical path.
    package var ended: Int { nextNumber }

    /// The number of a call that begins now.
    package func begin() -> Int {
        nextNumber
    }

    /// Says that the call with this number has ended.
    package mutating func end(_ number: Int) {
        nextNumber = max(nextNumber, number + 1)
    }
}
