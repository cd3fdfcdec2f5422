/// Results in the order in which they came; a single one, as most exchanges bring, needs no memory of its own.
struct ReceivedResults: RandomAccessCollection {
    private var head: ReceivedResult?
    private var tail: [ReceivedResult] = []

    var startIndex: Int { 0 }
    var endIndex: Int { head == nil ? 0 : tail.count + 1 }

    subscript(position: Int) -> ReceivedResult {
        if position == 0, let head { return head }
        return tail[position - 1]
    }

    mutating func reserveCapacity(_ count: Int) {
        if count > 1 { tail.reserveCapacity(count - 1) }
    }

    mutating func append(_ result: ReceivedResult) {
        if head == nil { head = result } else { tail.append(result) }
    }

    mutating func popLast() -> ReceivedResult? {
        if let last = tail.popLast() { return last }
        defer { head = nil }
        return head
    }
}
