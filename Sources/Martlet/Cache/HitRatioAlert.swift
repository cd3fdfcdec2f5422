/// Tells when the hit ratio has fallen below what was asked, once for each time that it falls.
struct HitRatioAlert: Sendable {
    private var hitsBefore = 0
    private var requestsBefore = 0
    private var isRaised = false
    private var isWarm = false
    private var missesBefore = 0

    /// Misses in a round of requests at which the hits are added up, which takes the lock of each part of the keys.
    private static let looksPerRound = 100

    /// Whether it is worth while to look at the hits at this miss.
    mutating func isDue(misses: Int, options: CacheOptions) -> Bool {
        guard misses - missesBefore >= options.alertRequests / Self.looksPerRound else { return false }
        missesBefore = misses
        return true
    }

    /// Whether the alert is to be raised now.
    ///
    /// The first round of requests fills the cache and is not judged.
    mutating func shouldRaise(hits: Int, requests: Int, options: CacheOptions) -> Bool {
        let count = requests - requestsBefore
        guard count >= options.alertRequests else { return false }
        let ratio = Double(hits - hitsBefore) / Double(count)
        (hitsBefore, requestsBefore) = (hits, requests)
        defer { isWarm = true }
        let wasRaised = isRaised
        isRaised = isWarm && ratio < options.hitRatioMin
        return isRaised && !wasRaised
    }
}
