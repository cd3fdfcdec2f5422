import CaseStudies
import Dispatch
import Synchronization
import Testing

@Suite("Threads for work that keeps a core busy")
struct CoreWorkersTests {
    /// Work that ends when it is told to, and the threads that are at it.
    private final class Gate: Sendable {
        let opening = DispatchSemaphore(value: 0)
        let atWork = Mutex(0)
        let order = Mutex<[Int]>([])

        func work(_ number: Int) -> Int {
            atWork.withLock { $0 += 1 }
            opening.wait()
            atWork.withLock { $0 -= 1 }
            order.withLock { $0.append(number) }
            return number
        }

        func waitUntilAtWork(_ count: Int) async throws {
            for _ in 0..<5_000 where atWork.withLock({ $0 }) < count { try await Task.sleep(for: .milliseconds(2)) }
        }
    }

    @Test("no more run at a time than there are threads, and all come to an end", arguments: [1, 2, 3])
    func concurrency(threads: Int) async throws {
        let workers = CoreWorkers(threadsMax: threads)
        let gate = Gate()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<8 { group.addTask { try await workers.run { gate.work(number) } } }
            try await gate.waitUntilAtWork(threads)
            for _ in 0..<5_000 where workers.waiting < 8 - threads { try await Task.sleep(for: .milliseconds(2)) }
            #expect(gate.atWork.withLock { $0 } == threads)
            #expect(workers.waiting == 8 - threads)
            for _ in 0..<8 { gate.opening.signal() }
            #expect(try await group.reduce(into: Set()) { $0.insert($1) } == Set(0..<8))
        }
        #expect(workers.waiting == 0)
    }

    @Test("who comes first is served first, and who is cancelled while waiting leaves at once")
    func order() async throws {
        let workers = CoreWorkers(threadsMax: 1)
        let gate = Gate()
        var tasks: [Task<Int, any Error>] = []
        for number in 0..<5 {
            tasks.append(Task { try await workers.run { gate.work(number) } })
            if number == 0 { try await gate.waitUntilAtWork(1) }
            for _ in 0..<5_000 where workers.waiting < number { try await Task.sleep(for: .milliseconds(2)) }
        }
        tasks[2].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[2].value }
        #expect(workers.waiting == 3)
        for _ in 0..<4 { gate.opening.signal() }
        for task in [tasks[0], tasks[1], tasks[3], tasks[4]] { _ = try await task.value }
        #expect(gate.order.withLock { $0 } == [0, 1, 3, 4])
    }

    @Test("work that has begun is finished and its result given, even if its task is cancelled")
    func begun() async throws {
        let workers = CoreWorkers(threadsMax: 1)
        let gate = Gate()
        let task = Task { try await workers.run { gate.work(7) } }
        try await gate.waitUntilAtWork(1)
        task.cancel()
        gate.opening.signal()
        #expect(try await task.value == 7)
        let late = Task {
            try? await Task.sleep(for: .seconds(60))
            return try await workers.run { 8 }
        }
        late.cancel()
        await #expect(throws: CancellationError.self) { try await late.value }
    }

    @Test("who finds the line full is refused at once instead of waiting for ever")
    func fullLine() async throws {
        let workers = CoreWorkers(threadsMax: 1, waitingMax: 2)
        let gate = Gate()
        let first = Task { try await workers.run { gate.work(0) } }
        try await gate.waitUntilAtWork(1)
        let waiting = (1...2).map { number in Task { try await workers.run { gate.work(number) } } }
        for _ in 0..<5_000 where workers.waiting < 2 { try await Task.sleep(for: .milliseconds(2)) }
        await #expect(throws: CoreWorkers.LineFull.self) { try await workers.run { 3 } }
        for _ in 0..<3 { gate.opening.signal() }
        for task in [first] + waiting { _ = try await task.value }
        #expect(try await workers.run { 4 } == 4, "there is room again")
    }
}
