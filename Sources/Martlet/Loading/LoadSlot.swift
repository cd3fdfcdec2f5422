/// One reading of one key: who waits for it, and then its answer.
///
/// Forgetting a key only takes the slot out of the loader's table: those who wait hold it and are still answered.
///
/// `@unchecked Sendable`: everything in it is read and written under the lock of its loader.
@usableFromInline
final class LoadSlot<Key: Hashable & Sendable, Value: Sendable>: @unchecked Sendable {
    /// asked → reading → answered; asked → answered when the value is told; asked → dropped when nobody waits.
    @usableFromInline
    enum Phase {
        case asked
        case reading
        case answered
        case dropped
    }

    @usableFromInline let key: Key
    @usableFromInline var phase = Phase.asked
    @usableFromInline var answer: Result<Value?, any Error>
    /// The batch that reads it, until it is answered.
    @usableFromInline var batch: LoadBatch<Key, Value>?
    /// Most keys have one caller; an array for each would cost more than all else.
    @usableFromInline var firstCall: LoadCall?
    @usableFromInline var otherCalls: [LoadCall] = []

    @inlinable
    init(_ key: Key) {
        self.key = key
        answer = .success(nil)
    }

    @inlinable var callCount: Int { (firstCall == nil ? 0 : 1) + otherCalls.count }

    @inlinable
    func add(_ call: LoadCall) {
        call.missing += 1
        if firstCall == nil { firstCall = call } else { otherCalls.append(call) }
    }

    /// Removes a call wherever it waits here, and says how often that was.
    @inlinable
    func remove(_ call: LoadCall) -> Int {
        let count = callCount
        if firstCall === call { firstCall = nil }
        otherCalls.removeAll { $0 === call }
        return count - callCount
    }

    /// Keeps the answer; calls that wait for nothing else are added to those that go on.
    @inlinable
    func finish(_ answer: Result<Value?, any Error>, _ ready: inout [LoadCall.Continuation]) {
        phase = .answered
        self.answer = answer
        batch = nil
        if let call = firstCall.take() { finish(call, &ready) }
        for call in otherCalls { finish(call, &ready) }
        otherCalls = []
    }

    @inlinable
    func finish(_ call: LoadCall, _ ready: inout [LoadCall.Continuation]) {
        call.missing -= 1
        if call.missing == 0, let continuation = call.continuation.take() { ready.append(continuation) }
    }
}
