/// The actions that follow from one event, in order.
///
/// Most events have one or none, and then nothing is allocated.
package struct PoolActions<Request: Sendable>: Sendable, Sequence {
    private var first: PoolAction<Request>?
    private var rest: [PoolAction<Request>] = []

    package var isEmpty: Bool { first == nil }

    mutating func append(_ action: PoolAction<Request>) {
        if first == nil { first = action } else { rest.append(action) }
    }

    package struct Iterator: IteratorProtocol {
        fileprivate var first: PoolAction<Request>?
        fileprivate var rest: [PoolAction<Request>]
        private var position = 0

        fileprivate init(_ actions: PoolActions) {
            first = actions.first
            rest = actions.rest
        }

        package mutating func next() -> PoolAction<Request>? {
            if let action = first.take() { return action }
            guard position < rest.count else { return nil }
            defer { position += 1 }
            return rest[position]
        }
    }

    package func makeIterator() -> Iterator { Iterator(self) }
}
