/// How far a work in chunks has come; all it says is committed.
public struct ChunkProgress<Key: Sendable>: Sendable {
    /// Keys whose chunks are committed, those of an earlier run that was resumed included.
    public internal(set) var keysDone: Int
    /// Keys in all.
    public let keysTotal: Int
    /// Rows that the chunks of this run said they wrote.
    public internal(set) var affectedRows: Int
    /// What to give as `resumingAfter` to go on from here; nil before the first chunk.
    public internal(set) var resumeToken: Key?
}
