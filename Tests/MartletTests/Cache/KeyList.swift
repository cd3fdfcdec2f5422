/// A doubly linked list of keys 0 ..< n.
struct KeyList {
    private var next: [Int]
    private var previous: [Int]
    private var listed: [Bool]
    private var first = -1
    private(set) var last = -1
    private(set) var count = 0

    init(_ keyCount: Int) {
        next = [Int](repeating: -1, count: keyCount)
        previous = next
        listed = [Bool](repeating: false, count: keyCount)
    }

    func contains(_ key: Int) -> Bool { listed[key] }

    /// The key before, or -1.
    func newer(than key: Int) -> Int { previous[key] }

    mutating func pushFirst(_ key: Int) {
        (next[key], previous[key], listed[key]) = (first, -1, true)
        if first >= 0 { previous[first] = key } else { last = key }
        first = key
        count += 1
    }

    mutating func remove(_ key: Int) {
        let (before, after) = (previous[key], next[key])
        if before >= 0 { next[before] = after } else { first = after }
        if after >= 0 { previous[after] = before } else { last = before }
        listed[key] = false
        count -= 1
    }

    @discardableResult
    mutating func removeLast() -> Int {
        let key = last
        remove(key)
        return key
    }
}
