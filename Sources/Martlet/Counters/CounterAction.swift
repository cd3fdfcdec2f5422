/// One of the things that can be done with counters, for `--dry-run`.
package enum CounterAction: Sendable, Hashable {
    case install(CounterDefinition)
    case initialise(CounterName)
    case backfill(CounterName, BackfillOptions)
    case verify(CounterName)
    case fix(CounterName)
    case fold(CounterName)
    case remove(CounterName)

    /// The script of what would count what is counted already.
    static func nothingToDo(_ name: CounterName) -> String {
        "-- \(name) is initialised: there is nothing to do."
    }
}
