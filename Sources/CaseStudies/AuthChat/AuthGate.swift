package import Martlet
package import MartletCore

/// Who may try a password: so many tries for an account, and so many from an address, for all processes together.
///
/// The limit per account stops those who guess one password from many addresses, the one per address those who try one
/// common password on many accounts.
package struct AuthGate: Sendable {
    package let limiter: RateLimiter
    private let account: RateLimit
    private let address: RateLimit

    package init(
        for dialect: Dialect,
        account: RateLimit = RateLimit(5, per: .seconds(60)),
        address: RateLimit = RateLimit(30, per: .seconds(60))
    ) {
        limiter = RateLimiter(for: dialect, table: AuthChatCaseStudy().table("rate_limits", in: dialect))
        self.account = account
        self.address = address
    }

    /// Takes a try, or says when to come back (429); call it before any work is done, and outside a transaction.
    package func admit(
        email: String,
        address source: String,
        on connection: any Connection
    ) async throws -> RateDecision {
        // Addresses of one account count together, however they are written.
        try await limiter.take(
            all: ["account:\(email.lowercased())": account, "address:\(source)": address],
            on: connection
        )
    }
}
