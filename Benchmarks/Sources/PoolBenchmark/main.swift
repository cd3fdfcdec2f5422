import Glibc
import Martlet
import MartletPostgres

/// Measures one thing on a pool for some seconds and prints it as JSON:
/// `PoolBenchmark borrowing|waiting|mixed <connection string> <tasks> <connections> <seconds>`.

let arguments = CommandLine.arguments
guard arguments.count == 6, let tasks = Int(arguments[3]), let size = Int(arguments[4]),
    let seconds = Double(arguments[5])
else {
    print("usage: PoolBenchmark borrowing|waiting|mixed <connection string> <tasks> <connections> <seconds>")
    exit(2)
}
let load = PoolLoad(
    pool: Pool(try PostgresEngine(arguments[2]), PoolConfiguration(min: size, max: size)),
    tasks: tasks,
    size: size,
    duration: .seconds(seconds)
)
switch arguments[1] {
case "borrowing": print(try await load.borrowing())
case "waiting": print(try await load.waiting())
case "mixed": print(try await load.mixed())
default: exit(2)
}
