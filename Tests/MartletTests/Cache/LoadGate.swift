import Synchronization

/// A load that waits until a test lets it go on, and counts how often it ran.
actor LoadGate {
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isOpen = false
    private(set) var begun = 0
    private(set) var cancelled = 0

    /// Returns what it is given once the gate is open.
    func pass<Answer: Sendable>(_ answer: Answer) async -> Answer {
        begun += 1
        if !isOpen { await withCheckedContinuation { waiting.append($0) } }
        if Task.isCancelled { cancelled += 1 }
        return answer
    }

    /// Lets all pass who wait.
    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    /// Returns when that many loads have begun.
    func waitForBegun(_ count: Int) async throws {
        while begun < count { try await Task.sleep(for: .milliseconds(1)) }
    }
}
