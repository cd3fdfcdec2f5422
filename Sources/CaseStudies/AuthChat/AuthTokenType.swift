/// What a token is good for.
package enum AuthTokenType: String, Sendable, Hashable, CaseIterable {
    /// Shows who makes a request, for some minutes.
    case access
    /// Buys a new pair of tokens, once.
    case refresh
    /// Allows a new password, once.
    case reset
    /// Proves that an address is the user's.
    case verify
}
