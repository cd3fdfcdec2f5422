import Glibc
import Martlet
import MartletCore
import MartletPostgres

/// Takes connections from a pool and gives them back for some seconds, and prints how often as JSON:
/// `PoolBenchmark <connection string> <tasks> <connections> <seconds>`.

func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

let arguments = CommandLine.arguments
guard arguments.count == 5, let tasks = Int(arguments[2]), let size = Int(arguments[3]),
    let seconds = Double(arguments[4])
else {
    print("usage: PoolBenchmark <connection string> <tasks> <connections> <seconds>")
    exit(2)
}
let pool = Pool(try PostgresEngine(arguments[1]), PoolConfiguration(min: size, max: size))
try await withThrowingTaskGroup { group in
    for _ in 0..<size {
        group.addTask { try await pool.withConnection { try await $0.run("SELECT pg_sleep(0.1)") } }
    }
    try await group.waitForAll()
}
let begin = ContinuousClock.now
let processorBegin = processorSeconds()
let end = begin + .seconds(seconds)
let operations = try await withThrowingTaskGroup(of: Int.self) { group in
    for _ in 0..<tasks {
        group.addTask {
            var count = 0
            while .now < end {
                for _ in 0..<64 { try await pool.withConnection { _ in } }
                count += 64
            }
            return count
        }
    }
    var sum = 0
    for try await count in group { sum += count }
    return sum
}
let elapsed = (ContinuousClock.now - begin) / .seconds(1)
let processor = processorSeconds() - processorBegin
let opened = pool.metrics.opened
await pool.shutdown()
precondition(opened == size, "the pool was to open \(size) connections, and opened \(opened)")
print(#"{"operations": \#(operations), "seconds": \#(elapsed), "processor_seconds": \#(processor)}"#)
