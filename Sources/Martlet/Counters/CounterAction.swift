/// One of the things that can be done with counters, for `--dry-run`.
package enum CounterAction: Sendable, Hashable {
    case install(CounterDefinition)
    case initialise(CounterName)
    case backfill(CounterName, BackfillOptions)
    case verify(CounterName)
    case fix(CounterName)
    case fold(CounterName)
    case remove(CounterName)
}
