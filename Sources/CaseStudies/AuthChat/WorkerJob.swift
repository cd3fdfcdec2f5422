/// Work that waits for a thread; either it is done or it is refused, once.
struct WorkerJob: Sendable {
    let id: UInt64
    let work: @Sendable () -> Void
    let refuse: @Sendable (any Error) -> Void
}
