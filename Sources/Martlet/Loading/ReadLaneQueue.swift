import Synchronization

/// The lanes that nobody has taken yet.
final class ReadLaneQueue: Sendable {
    private let lanes: Mutex<ArraySlice<ReadLane>>

    init(_ lanes: [ReadLane]) {
        self.lanes = Mutex(lanes[...])
    }

    func next() -> ReadLane? {
        lanes.withLock { $0.popFirst() }
    }
}
