/// One call that waits for one key of a loader or for several.
///
/// `@unchecked Sendable`: everything in it is read and written under the lock of its loader.
///
/// States: open → done when nothing is missing, or open → cancelled. Neither is left again.
@usableFromInline
final class LoadCall: @unchecked Sendable {
    /// Unchecked, as a checked one costs an allocation for each load; whoever takes it out resumes it.
    @usableFromInline typealias Continuation = UnsafeContinuation<Void, Never>

    /// Keys that are not answered yet.
    @usableFromInline var missing = 0
    @usableFromInline var isCancelled = false
    /// Set while the caller is suspended.
    @usableFromInline var continuation: Continuation?

    @inlinable
    init() {}

    @inlinable var isOpen: Bool { missing > 0 && !isCancelled }
}
