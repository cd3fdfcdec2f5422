/// What a loader knows, what it has been asked for, and who waits for it: decisions without effects.
///
/// The dictionary is asked once for each load that finds its key, and once more for one that does not.
@usableFromInline
struct LoadTable<Key: Hashable & Sendable, Value: Sendable> {
    @usableFromInline typealias Slot = LoadSlot<Key, Value>
    @usableFromInline typealias Batch = LoadBatch<Key, Value>

    @usableFromInline var slots: [ExactKey<Key>: Slot] = [:]
    @usableFromInline var asked: [Slot] = []

    @inlinable
    init() {}

    /// Whether a key waits for a batch.
    @inlinable var hasAsked: Bool {
        !asked.isEmpty
    }

    /// The slot of a key, which is asked for if it is new.
    @inlinable
    mutating func slot(for key: Key) -> Slot {
        if let slot = slots[ExactKey(key)] { return slot }
        let slot = Slot(key)
        slots[ExactKey(key)] = slot
        asked.append(slot)
        return slot
    }

    /// Makes a call wait for a slot that is not answered.
    @inlinable
    func wait(_ call: LoadCall, for slot: Slot) {
        slot.add(call)
        slot.batch?.callCount += 1
    }

    /// Makes as few batches as hold all that was asked for, in the order of asking.
    @inlinable
    mutating func takeBatches(max: Int) -> [Batch] {
        let wanted = asked.filter { $0.phase == .asked }
        asked.removeAll(keepingCapacity: true)
        return Self.apart(wanted)
            .flatMap { wanted in
                stride(from: 0, to: wanted.count, by: max)
                    .map { start in
                        let batch = Batch(Array(wanted[start..<min(start + max, wanted.count)]))
                        for slot in batch.slots {
                            slot.phase = .reading
                            slot.batch = batch
                        }
                        return batch
                    }
            }
    }

    /// Parts in which no two keys are equal in Swift.
    ///
    /// A batch answers with a dictionary, which could not tell them apart.
    @inlinable
    static func apart(_ wanted: [Slot]) -> [[Slot]] {
        guard ExactKey<Key>.isFiner else { return [wanted] }
        var parts: [[Slot]] = []
        var counts: [Key: Int] = [:]
        for slot in wanted {
            let part = counts[slot.key, default: 0]
            counts[slot.key] = part + 1
            if part == parts.count { parts.append([]) }
            parts[part].append(slot)
        }
        return parts
    }

    /// Keeps the answers of a batch, errors only for those who wait; returns who goes on.
    @inlinable
    mutating func finish(_ batch: Batch, _ answer: (Key) -> Result<Value?, any Error>) -> [LoadCall.Continuation] {
        var ready: [LoadCall.Continuation] = []
        guard !batch.isAbandoned else { return ready }
        ready.reserveCapacity(batch.callCount)
        for slot in batch.slots {
            let result = answer(slot.key)
            if case .failure = result { remove(slot) }
            slot.finish(result, &ready)
        }
        return ready
    }

    /// Ends a call that waits no longer; returns its continuation and the tasks of batches that nobody wants now.
    @inlinable
    mutating func cancel(
        _ call: LoadCall,
        of waited: [Slot]
    ) -> (continuation: LoadCall.Continuation?, abandoned: [Task<Void, Never>]) {
        guard call.isOpen else { return (nil, []) }
        call.isCancelled = true
        var abandoned: [Task<Void, Never>] = []
        for slot in waited {
            let count = slot.remove(call)
            if let batch = slot.batch {
                batch.callCount -= count
                if batch.callCount == 0, let task = abandon(batch) { abandoned.append(task) }
            } else if slot.phase == .asked, slot.callCount == 0 {
                slot.phase = .dropped
                remove(slot)
            }
        }
        return (call.continuation.take(), abandoned)
    }

    @inlinable
    mutating func abandon(_ batch: Batch) -> Task<Void, Never>? {
        batch.isAbandoned = true
        for slot in batch.slots {
            slot.batch = nil
            remove(slot)
        }
        return batch.task.take()
    }

    /// Takes a slot out of the table, unless another has taken its place.
    @inlinable
    mutating func remove(_ slot: Slot) {
        if slots[ExactKey(slot.key)] === slot { slots[ExactKey(slot.key)] = nil }
    }

    /// Makes a key unknown; what has been asked for and is not being read yet will be read after this call anyway.
    @inlinable
    mutating func forget(_ key: Key) {
        if let slot = slots[ExactKey(key)], slot.phase != .asked { slots[ExactKey(key)] = nil }
    }

    /// Makes all keys unknown.
    @inlinable
    mutating func forgetAll() {
        slots = slots.filter { $0.value.phase == .asked }
    }

    /// Makes a key known; returns who waited for it and goes on.
    ///
    /// Whoever waits for a batch gets the batch's answer.
    @inlinable
    mutating func remember(_ value: Value?, for key: Key) -> [LoadCall.Continuation] {
        var ready: [LoadCall.Continuation] = []
        if let slot = slots[ExactKey(key)], slot.phase == .asked {
            slot.finish(.success(value), &ready)
        } else {
            let slot = Slot(key)
            slot.finish(.success(value), &ready)
            slots[ExactKey(key)] = slot
        }
        return ready
    }
}
