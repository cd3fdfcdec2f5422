/// A work in chunks that ended early: what had been committed stays.
public struct ChunksInterrupted<Key: Sendable>: Error, CustomStringConvertible {
    /// How far it came; its `resumeToken` is where to go on.
    public let progress: ChunkProgress<Key>
    /// Why it ended.
    public let cause: any Error

    /// How far it came and why it ended, without any key.
    public var description: String {
        "\(progress.keysDone) of \(progress.keysTotal) keys are done and committed; the next chunk failed: \(cause). "
            + "Run it again with resumingAfter: error.progress.resumeToken"
    }
}
