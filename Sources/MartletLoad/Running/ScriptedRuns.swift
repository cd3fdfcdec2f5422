import MartletCore

/// One connection's share of a load, as statements that the connection takes one after the other.
///
/// Asked by one connection at a time and by its worker only in between, which is why it is `@unchecked Sendable`.
final class ScriptedRuns: StatementSource, @unchecked Sendable {
    private let scripts: [LoadScript]
    private let choice: WeightedChoice
    private let recorder: LoadRecorder
    private let clock: LoadClock
    private let end: UInt64?
    private var random: SplitMix64
    private var remaining: Int
    /// The run that is under way.
    private var operation: Int?
    private var values: [Value] = []
    /// How many of its statements were handed out.
    private var place = 0
    private var begun: UInt64

    init(
        _ scripts: [LoadScript],
        _ choice: WeightedChoice,
        _ recorder: LoadRecorder,
        _ clock: LoadClock,
        runs: Int?,
        until end: UInt64?,
        seed: UInt64
    ) {
        self.scripts = scripts
        self.choice = choice
        self.recorder = recorder
        self.clock = clock
        self.end = end
        random = SplitMix64(seed: seed)
        remaining = runs ?? .max
        begun = clock.now()
    }

    /// The operation whose statement was handed out last.
    var current: Int { operation ?? 0 }
    /// Whether the transaction of the run has begun; the one that begins it was answered if another was handed out.
    var isInTransaction: Bool { place > 1 && scripts[current].isTransaction }

    func next() -> BoundStatement? {
        if operation.map({ place == scripts[$0].count }) ?? true {
            finish()
            guard begin() else { return nil }
        }
        defer { place += 1 }
        return scripts[current].statement(place, values)
    }

    /// Leaves a run that failed; the next begins now.
    func abandon() {
        operation = nil
        begun = clock.now()
    }

    /// Records a run that the end of the load cuts off, or that was about to be sent, with its time so far.
    func cutOff() {
        guard let operation else { return }
        recorder.recordUnanswered(operation, waited: clock.now() - begun)
    }

    private func finish() {
        guard let operation else { return }
        let ended = clock.now()
        recorder.record(operation, service: ended - begun)
        begun = ended
        self.operation = nil
    }

    private func begin() -> Bool {
        guard remaining > 0, end.map({ begun < $0 }) ?? true else { return false }
        remaining -= 1
        let operation = choice.next(using: &random)
        values = scripts[operation].draw(&random)
        place = 0
        self.operation = operation
        return true
    }
}
