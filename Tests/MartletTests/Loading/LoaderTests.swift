import Martlet
import MartletCore
import MartletPostgres
import MartletTesting
import Synchronization
import Testing

@Suite("Loader")
struct LoaderTests {
    /// Whose threads the scope uses.
    enum Threads: CaseIterable, Sendable {
        case pool
        case loop

        func executor() throws -> (any TaskExecutor)? {
            self == .pool ? nil : try EventLoop(name: "loader-tests")
        }
    }

    @Test(
        "makes ⌈unique keys / max⌉ batches of what a thousand tasks ask for, each key once",
        arguments: Threads.allCases,
        [(1, 1), (10, 100), (1_000, 1_000), (999, 10), (1_000, 300)]
    )
    func batches(threads: Threads, numbers: (keys: Int, max: Int)) async throws {
        for _ in 0..<20 {
            let batches = BatchLog()
            let answers = try await withLoaderScope(on: try threads.executor()) { scope in
                let loader = Loader<Int, Int>(in: scope, batchMax: numbers.max) { keys in batches.answer(keys) }
                return try await withThrowingTaskGroup(of: (Int, Int?).self) { group in
                    for task in 0..<1_000 {
                        group.addTask { (task % numbers.keys, try await loader.load(task % numbers.keys)) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(answers.count == 1_000)
            #expect(answers.allSatisfy { $0.1 == $0.0 * 2 })
            #expect(batches.all.count == (numbers.keys + numbers.max - 1) / numbers.max)
            #expect(batches.all.flatMap(\.self).sorted() == Array(0..<numbers.keys))
            #expect(batches.all.flatMap(\.self) == Array(0..<numbers.keys))
        }
    }

    @Test("has the body of its scope take turns with the tasks that it makes", arguments: Threads.allCases)
    func body(threads: Threads) async throws {
        let executor = try threads.executor()
        for _ in 0..<50 {
            let batches = BatchLog()
            try await withLoaderScope(on: executor) { scope in
                let loader = Loader<Int, Int>(in: scope) { keys in batches.answer(keys) }
                async let first = loader.load(1)
                async let second = loader.load(2)
                // Time enough for another thread to run the children, were they allowed to.
                let end = ContinuousClock.now + .milliseconds(1)
                while .now < end {}
                let third = try await loader.load(3)
                _ = try await (first, second, third)
            }
            #expect(batches.all.map { $0.sorted() } == [[1, 2, 3]])
        }
    }

    @Test(
        "waits for tasks that are ready but ask late, and for those that an answer makes ready",
        arguments: Threads.allCases
    )
    func lateAsking(threads: Threads) async throws {
        let batches = BatchLog()
        try await withLoaderScope(on: try threads.executor()) { scope in
            let loader = Loader<Int, Int>(in: scope) { keys in batches.answer(keys) }
            try await withThrowingTaskGroup { group in
                for task in 0..<100 {
                    group.addTask {
                        for _ in 0..<task { await Task.yield() }
                        let first = try await loader.load(task)
                        for _ in 0..<task { await Task.yield() }
                        _ = try await loader.load(1_000 + (first ?? 0))
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(batches.all.map(\.count) == [100, 100])
    }
}

/// Answers each key with its double, and keeps what it was asked.
final class BatchLog: Sendable {
    private let batches = Mutex<[[Int]]>([])

    var all: [[Int]] { batches.withLock { $0 } }

    func answer(_ keys: [Int]) -> [Int: Int] {
        batches.withLock { $0.append(keys) }
        return Dictionary(uniqueKeysWithValues: keys.map { ($0, $0 * 2) })
    }
}
