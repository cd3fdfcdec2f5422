/// Whether something may happen now.
public enum RateDecision: Sendable, Hashable {
    /// It may, and so many tokens are left.
    case allowed(remaining: Int)
    /// It may not; it may be worth another try after this time (`Retry-After`).
    case denied(retryAfter: Duration)

    /// Whether it may.
    public var isAllowed: Bool {
        if case .allowed = self { true } else { false }
    }
}
