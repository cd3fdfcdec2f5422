/// Those who wait, first come first served, any of whom may leave.
///
/// Joining and leaving take constant time: one who leaves from the middle leaves a gap, and gaps are dropped once there
/// are more of them than waiters.
package struct WaiterQueue<Request: Sendable>: Sendable {
    /// Names one waiter; a later one is greater.
    package struct ID: Hashable, Sendable {
        fileprivate let number: Int
    }

    package struct Waiter: Sendable {
        package let id: ID
        package let request: Request
        /// When it gives up, since the pool's origin.
        package let deadline: Duration
    }

    /// By number from `head` on; gaps are nil.
    private var entries: [Waiter?] = []
    private var head = 0
    private var nextNumber = 0
    /// Those who wait.
    package private(set) var count = 0

    package var isEmpty: Bool { count == 0 }

    package init() {}

    package mutating func append(_ request: Request, deadline: Duration) -> ID {
        let id = ID(number: nextNumber)
        nextNumber += 1
        entries.append(Waiter(id: id, request: request, deadline: deadline))
        count += 1
        return id
    }

    package mutating func popFirst() -> Waiter? {
        while head < entries.count {
            let waiter = entries[head]
            entries[head] = nil
            head += 1
            guard let waiter else { continue }
            count -= 1
            compact()
            return waiter
        }
        return nil
    }

    /// Takes one out; nil if it no longer waits.
    package mutating func remove(_ id: ID) -> Waiter? {
        guard let position = position(of: id), let waiter = entries[position] else { return nil }
        entries[position] = nil
        count -= 1
        compact()
        return waiter
    }

    /// Takes out all whose deadline has come, in their order.
    package mutating func removeExpired(at now: Duration) -> [Waiter] {
        let expired = entries[head...].compactMap(\.self).filter { $0.deadline <= now }
        for waiter in expired { _ = remove(waiter.id) }
        return expired
    }

    /// When the first of them gives up.
    package var earliestDeadline: Duration? {
        entries[head...].lazy.compactMap { $0?.deadline }.min()
    }

    /// The numbers of those left behind the head are ascending but, after gaps were dropped, no longer dense.
    private func position(of id: ID) -> Int? {
        var low = head
        var high = entries.count
        while low < high {
            var middle = (low + high) / 2
            let start = middle
            while middle < high, entries[middle] == nil { middle += 1 }
            guard middle < high, let found = entries[middle]?.id.number else {
                high = start
                continue
            }
            if found == id.number { return middle }
            if found < id.number { low = middle + 1 } else { high = start }
        }
        return nil
    }

    private mutating func compact() {
        guard count > 0 else {
            entries.removeAll(keepingCapacity: entries.capacity <= Self.keptMax)
            head = 0
            return
        }
        guard entries.count > 2 * count + Self.keptMax else { return }
        entries = entries.filter { $0 != nil }
        head = 0
    }

    /// Room that is worth keeping, and gaps that are not worth dropping.
    private static var keptMax: Int { 64 }
}

extension WaiterQueue: Equatable where Request: Equatable {}
extension WaiterQueue: Hashable where Request: Hashable {}
extension WaiterQueue.Waiter: Equatable where Request: Equatable {}
extension WaiterQueue.Waiter: Hashable where Request: Hashable {}
