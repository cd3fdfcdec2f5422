/// The ends and the weight of one doubly linked list of slots; its links stand in `SlotLinks`.
struct SlotList {
    /// The slot that was used last, or -1.
    var first: Int32 = -1
    /// The slot that was not used for longest, or -1.
    var last: Int32 = -1
    /// Weight of all slots of the list.
    var weight = 0
}

/// Links of all slots: neighbours in the one list that a slot is in.
///
/// Arrays of integers instead of nodes: nothing is allocated or counted when an entry moves.
struct SlotLinks {
    private var next: [Int32] = []
    private var previous: [Int32] = []

    /// Makes room for one more slot.
    mutating func append() {
        next.append(-1)
        previous.append(-1)
    }

    /// Puts a slot at the front.
    mutating func pushFirst(_ slot: Int32, weight: Int, to list: inout SlotList) {
        next[Int(slot)] = list.first
        previous[Int(slot)] = -1
        if list.first >= 0 { previous[Int(list.first)] = slot } else { list.last = slot }
        list.first = slot
        list.weight += weight
    }

    /// Takes a slot out.
    mutating func remove(_ slot: Int32, weight: Int, from list: inout SlotList) {
        let (before, after) = (previous[Int(slot)], next[Int(slot)])
        if before >= 0 { next[Int(before)] = after } else { list.first = after }
        if after >= 0 { previous[Int(after)] = before } else { list.last = before }
        list.weight -= weight
    }
}
