/// What a loader knows, what it has been asked for, and who waits for it: decisions without effects.
///
/// A key is unknown → asked → in a batch → known. A key that fails, or that nobody waits for any more, is unknown
/// again.
struct LoadTable<Key: Hashable & Sendable, Value: Sendable, Waiter: Sendable>: Sendable {
    /// Keys that are to be read together.
    struct Batch: Sendable {
        let id: Int
        let keys: [Key]
    }

    private struct Awaited: Sendable {
        /// nil until the key is in a batch.
        var batch: Int?
        /// Most keys have one waiter; an array for each would cost more than all else.
        var first: (id: Int, waiter: Waiter)?
        var others: [(id: Int, waiter: Waiter)] = []

        var count: Int { (first == nil ? 0 : 1) + others.count }

        mutating func add(_ waiter: Waiter, id: Int) {
            if first == nil { first = (id, waiter) } else { others.append((id, waiter)) }
        }

        mutating func remove(id: Int) -> Waiter? {
            if let candidate = first, candidate.id == id {
                first = nil
                return candidate.waiter
            }
            return others.firstIndex { $0.id == id }.map { others.remove(at: $0).waiter }
        }

        func append(to answered: inout [(Waiter, Result<Value?, any Error>)], _ result: Result<Value?, any Error>) {
            if let first { answered.append((first.waiter, result)) }
            for other in others { answered.append((other.waiter, result)) }
        }
    }

    private enum Entry: Sendable {
        case known(Value?)
        case awaited(Awaited)
    }

    private struct Running: Sendable {
        let keys: [Key]
        var waiters: Int
        /// Waiters of keys that were forgotten while they were being read: answered, but not remembered.
        var detached: [Key: Awaited] = [:]
    }

    private var entries: [Key: Entry] = [:]
    private var asked: [Key] = []
    private var running: [Int: Running] = [:]
    private var batchesMade = 0

    /// The value that is known: nil if none is, `.some(nil)` if it is known that there is none.
    func known(_ key: Key) -> Value?? {
        if case .known(let value) = entries[key] { return .some(value) }
        return nil
    }

    /// Whether a key waits for a batch.
    var hasAsked: Bool {
        !asked.isEmpty
    }

    /// Adds somebody who waits for a key that is not known.
    mutating func ask(_ key: Key, _ waiter: Waiter, id: Int) {
        if case .awaited(var awaited) = entries[key] {
            // The one copy of the waiters must not be shared while it grows.
            entries[key] = nil
            awaited.add(waiter, id: id)
            if let batch = awaited.batch { running[batch]?.waiters += 1 }
            entries[key] = .awaited(awaited)
            return
        }
        entries[key] = .awaited(Awaited(batch: nil, first: (id, waiter)))
        asked.append(key)
    }

    /// Makes as few batches as hold all that was asked for, in the order of asking.
    mutating func takeBatches(max: Int) -> [Batch] {
        var batches: [Batch] = []
        var keys: [Key] = []
        var waiters = 0
        for key in asked {
            // Withdrawn, or asked for again after that and so in this batch already.
            guard case .awaited(var awaited) = entries[key], awaited.batch == nil else { continue }
            awaited.batch = batchesMade
            waiters += awaited.count
            entries[key] = .awaited(awaited)
            keys.append(key)
            if keys.count == max { batches.append(begin(&keys, &waiters)) }
        }
        if !keys.isEmpty { batches.append(begin(&keys, &waiters)) }
        asked.removeAll(keepingCapacity: true)
        return batches
    }

    private mutating func begin(_ keys: inout [Key], _ waiters: inout Int) -> Batch {
        defer {
            batchesMade += 1
            keys = []
            waiters = 0
        }
        running[batchesMade] = Running(keys: keys, waiters: waiters)
        return Batch(id: batchesMade, keys: keys)
    }

    /// Whether a batch still has somebody who waits.
    func isRunning(_ batch: Int) -> Bool {
        running[batch] != nil
    }

    /// Remembers the answers of a batch and returns who must be told.
    mutating func finish(
        _ batch: Int,
        _ answer: (Key) -> Result<Value?, any Error>
    ) -> [(Waiter, Result<Value?, any Error>)] {
        guard let ended = running.removeValue(forKey: batch) else { return [] }
        var answered: [(Waiter, Result<Value?, any Error>)] = []
        answered.reserveCapacity(ended.waiters)
        for key in ended.keys {
            let result = answer(key)
            ended.detached[key]?.append(to: &answered, result)
            guard case .awaited(let awaited) = entries[key], awaited.batch == batch else { continue }
            awaited.append(to: &answered, result)
            if case .success(let value) = result { entries[key] = .known(value) } else { entries[key] = nil }
        }
        return answered
    }

    /// Removes somebody who waits no longer; names the batch that nobody waits for now.
    mutating func withdraw(_ key: Key, id: Int) -> (waiter: Waiter?, abandoned: Int?) {
        if case .awaited(var awaited) = entries[key], let waiter = awaited.remove(id: id) {
            let isKept = awaited.count > 0 || awaited.batch != nil
            entries[key] = isKept ? .awaited(awaited) : nil
            return (waiter, awaited.batch.flatMap { leave($0) })
        }
        for batch in running.keys {
            guard let waiter = running[batch]?.detached[key]?.remove(id: id) else { continue }
            return (waiter, leave(batch))
        }
        return (nil, nil)
    }

    private mutating func leave(_ batch: Int) -> Int? {
        running[batch]?.waiters -= 1
        guard let left = running[batch], left.waiters == 0 else { return nil }
        running[batch] = nil
        for key in left.keys {
            if case .awaited(let awaited) = entries[key], awaited.batch == batch { entries[key] = nil }
        }
        return batch
    }

    /// Makes a key unknown; who waits for it is still answered by the batch that reads it.
    mutating func forget(_ key: Key) {
        guard case .awaited(let awaited) = entries[key] else {
            entries[key] = nil
            return
        }
        // What is not yet being read will be read after this call, which is all that is asked.
        guard let batch = awaited.batch else { return }
        detach(key, awaited, from: batch)
        entries[key] = nil
    }

    private mutating func detach(_ key: Key, _ awaited: Awaited, from batch: Int) {
        running[batch]?.detached[key] = awaited
    }

    /// Makes all keys unknown.
    mutating func forgetAll() {
        for key in Array(entries.keys) { forget(key) }
    }

    /// Makes a key known; returns who waited for it and is not yet part of a batch.
    mutating func remember(_ value: Value?, for key: Key) -> [(Waiter, Result<Value?, any Error>)] {
        var answered: [(Waiter, Result<Value?, any Error>)] = []
        if case .awaited(let awaited) = entries[key] {
            if let batch = awaited.batch {
                detach(key, awaited, from: batch)
            } else {
                awaited.append(to: &answered, .success(value))
            }
        }
        entries[key] = .known(value)
        return answered
    }
}
