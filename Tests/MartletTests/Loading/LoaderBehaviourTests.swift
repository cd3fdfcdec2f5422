import Martlet
import Synchronization
import Testing

@Suite("What a loader answers")
struct LoaderBehaviourTests {
    private struct Refused: Error, Equatable {
        let key: Int
    }

    private func failure(_ body: () async throws -> Void) async -> (any Error)? {
        do {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test("gives each key its own error and keeps none of them")
    func errorsPerKey() async throws {
        let calls = Mutex(0)
        try await withLoaderScope { scope in
            let loader = Loader<Int, String>
                .withResults(in: scope) { keys in
                    let call = calls.withLock { calls in
                        calls += 1
                        return calls
                    }
                    return Dictionary(
                        uniqueKeysWithValues: keys.map { key in
                            (key, key == 2 && call == 1 ? .failure(Refused(key: key)) : .success("\(key)"))
                        }
                    )
                }
            async let bad = failure { _ = try await loader.load(2) }
            let good = try await loader.load(1)
            #expect(good == "1")
            let error = await bad
            #expect(error as? Refused == Refused(key: 2))
            let again = try await loader.load([1, 2])
            #expect(again == ["1", "2"])
        }
        #expect(calls.withLock { $0 } == 2)
    }

    @Test("gives the error of a batch to each key of this batch, and to no other")
    func errorOfBatch() async throws {
        let answers = await withLoaderScope { scope in
            let loader = Loader<Int, Int>(in: scope, batchMax: 2) { keys in
                if keys.contains(3) { throw Refused(key: 3) }
                return Dictionary(uniqueKeysWithValues: keys.map { ($0, $0) })
            }
            return await withTaskGroup(of: (Int, Result<Int?, any Error>).self) { group in
                for key in 1...6 {
                    group.addTask {
                        do { return (key, .success(try await loader.load(key))) } catch {
                            return (key, .failure(error))
                        }
                    }
                }
                return await group.reduce(into: [Int: Result<Int?, any Error>]()) { $0[$1.0] = $1.1 }
            }
        }
        for key in 1...6 {
            switch answers[key] {
            case .success(let value): #expect(value == key && ![3, 4].contains(key))
            case .failure(let error): #expect(error as? Refused == Refused(key: 3) && [3, 4].contains(key))
            case nil: Issue.record("\(key) has no answer")
            }
        }
    }

    @Test("a cancelled caller ends at once and harms no other; a key that nobody wants is not asked for")
    func cancellation() async throws {
        let batches = BatchLog()
        try await withLoaderScope { scope in
            let loader = Loader<Int, Int>(in: scope) { keys in batches.answer(keys) }
            let alone = Task { try await loader.load(1) }
            let shared = Task { try await loader.load(2) }
            let list = Task { try await loader.load([3, 2, 4, 3]) }
            let other = Task { try await loader.load([2, 3]) }
            // Other threads run these tasks, so it is their cancellation before they ask that is tested here.
            for task in [alone, shared] { task.cancel() }
            list.cancel()
            await #expect(throws: CancellationError.self) { try await alone.value }
            await #expect(throws: CancellationError.self) { try await shared.value }
            await #expect(throws: CancellationError.self) { try await list.value }
            let values = try await other.value
            #expect(values == [4, 6])
        }
        #expect(batches.all.flatMap(\.self).sorted() == [2, 3])
    }

    @Test("cancels a batch when all who wait for it are cancelled, and reads anew for who comes later")
    func abandonedBatch() async throws {
        let wasCancelled = Mutex(false)
        let begun = AsyncStream<Int>.makeStream()
        try await withLoaderScope { scope in
            let loader = Loader<Int, Int>(in: scope) { keys in
                begun.continuation.yield(keys.count)
                if keys == [9] { return [9: 90] }
                do {
                    try await Task.sleep(for: .seconds(60))
                } catch {
                    wasCancelled.withLock { $0 = true }
                    throw error
                }
                return [:]
            }
            let first = Task { try await loader.load([9, 8]) }
            let second = Task { try await loader.load(8) }
            for await _ in begun.stream { break }
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
            #expect(!wasCancelled.withLock { $0 })
            second.cancel()
            await #expect(throws: CancellationError.self) { try await second.value }
            let later = try await loader.load(9)
            #expect(later == 90)
            while !wasCancelled.withLock({ $0 }) { await Task.yield() }
        }
    }

    @Test("forget during a read: who asked before is answered, who asks after is read for anew")
    func forget() async throws {
        let version = Mutex(1)
        let gate = AsyncStream<Void>.makeStream()
        let begun = AsyncStream<Void>.makeStream()
        try await withLoaderScope { scope in
            let loader = Loader<Int, Int>(in: scope) { keys in
                let seen = version.withLock { $0 }
                begun.continuation.yield()
                if seen == 1 { for await _ in gate.stream { break } }
                return [1: seen]
            }
            let old = Task { try await loader.load(1) }
            for await _ in begun.stream { break }
            version.withLock { $0 = 2 }
            loader.forget(1)
            let new = try await loader.load(1)
            #expect(new == 2)
            gate.continuation.yield()
            let before = try await old.value
            #expect(before == 1)
            let kept = try await loader.load(1)
            #expect(kept == 2)
            loader.remember(nil, for: 1)
            let none = try await loader.load(1)
            #expect(none == nil)
            loader.forgetAll()
            gate.continuation.yield()
            let again = try await loader.load(1)
            #expect(again == 2)
        }
    }

    @Test("asks for nothing with an empty list, and not again for what is known")
    func knownKeys() async throws {
        let batches = BatchLog()
        try await withLoaderScope { scope in
            let loader = Loader<Int, Int>(in: scope) { keys in batches.answer(keys) }
            let none = try await loader.load([])
            #expect(none.isEmpty)
            loader.remember(70, for: 7)
            let values = try await loader.load([7, 1, 7, 1])
            #expect(values == [70, 2, 70, 2])
            let again = try await loader.load(1)
            #expect(again == 2)
        }
        #expect(batches.all == [[1]])
    }

    @Test("cancels and awaits what still runs when the scope ends, and refuses loads after that")
    func end() async throws {
        let hasEnded = Mutex(false)
        let begun = AsyncStream<Void>.makeStream()
        let (loader, left) = await withLoaderScope { scope -> (Loader<Int, Int>, Task<Int?, any Error>) in
            let loader = Loader<Int, Int>(in: scope) { _ in
                begun.continuation.yield()
                defer { hasEnded.withLock { $0 = true } }
                try await Task.sleep(for: .seconds(60))
                return [:]
            }
            let left = Task { try await loader.load(1) }
            for await _ in begun.stream { break }
            return (loader, left)
        }
        #expect(hasEnded.withLock { $0 })
        await #expect(throws: CancellationError.self) { try await left.value }
        await #expect(throws: CancellationError.self) { try await loader.load(2) }
        await #expect(throws: CancellationError.self) { try await loader.load([2, 3]) }
    }

    @Test("answers every caller exactly once while tasks on all threads load, cancel, forget and remember")
    func race() async throws {
        try await withLoaderScope { scope in
            let loader = Loader<Int, Int>(in: scope, batchMax: 7) { keys in
                await Task.yield()
                return Dictionary(uniqueKeysWithValues: keys.map { ($0, $0) })
            }
            let answered = try await withThrowingTaskGroup(of: Int.self) { group in
                for worker in 0..<16 {
                    group.addTask(executorPreference: globalConcurrentExecutor) {
                        var answered = 0
                        for round in 0..<300 {
                            let key = (worker * 7 + round) % 40
                            let load = Task.detached { try await loader.load([key, key + 1, key]) }
                            if round % 3 == 0 { load.cancel() }
                            if round % 5 == 0 { loader.forget(key) }
                            if round % 11 == 0 { loader.remember(key, for: key) }
                            do {
                                let values = try await load.value
                                if values != [key, key + 1, key] { Issue.record("\(key): \(values)") }
                            } catch is CancellationError {
                                if round % 3 != 0 { Issue.record("a load was cancelled for another") }
                            }
                            answered += 1
                        }
                        return answered
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(answered == 16 * 300)
        }
    }
}
