/// What happens when a task that holds a connection of a pool asks the same pool for another.
public enum NestedAcquire: Sendable, Hashable {
    /// It is refused at once with an error that names both places: with as many such tasks as there are connections,
    /// each would wait for the others for ever.
    case refuse
    /// It gets the connection that it holds, with the transaction that may be open on it.
    case reuse
    /// It gets another, or waits for one.
    ///
    /// No deadlock while `max + overflow` ≥ tasks × (connections of each − 1) + 1.
    case allow
}
