/// What a batch answered, in either of the forms that a loader takes.
@usableFromInline
enum LoadAnswers<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    case values([Key: Value])
    case results([Key: Result<Value, any Error>])

    @inlinable
    func result(for key: Key) -> Result<Value?, any Error> {
        switch self {
        case .values(let values): .success(values[key])
        case .results(let results): results[key]?.map(Optional.some) ?? .success(nil)
        }
    }
}
