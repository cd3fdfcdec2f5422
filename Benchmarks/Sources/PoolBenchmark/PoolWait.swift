/// How long one task waited for a connection.
struct PoolWait: Sendable {
    let time: Duration
    /// Loans that began meanwhile.
    let turns: Int
}
