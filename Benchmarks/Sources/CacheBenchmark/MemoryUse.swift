import Foundation
import Martlet

/// What a cache with a cap in bytes takes of the machine's memory.
struct MemoryUse {
    private static let bytesMax = 64 << 20
    private static let requests = 600_000

    func report() async throws {
        var state: UInt64 = 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        for (name, sizeMax) in [("values of 0 to 4,000 bytes", 4_000), ("values of 0 to 64 bytes", 64)] {
            let before = try Self.residentBytes()
            let cache = Cache<Int, [UInt8]>(bytesMax: Self.bytesMax) { _, value in value.capacity + 48 }
            var most = 0
            for number in 0..<Self.requests {
                let (key, size) = (next(400_000), next(sizeMax))
                _ = try await cache.value(for: key) { [UInt8](repeating: 1, count: size) }
                if number % 20_000 == 0 { most = max(most, try Self.residentBytes() - before) }
            }
            most = max(most, try Self.residentBytes() - before)
            let metrics = cache.metrics
            print(
                "  \(name): cap \(Self.mebibytes(Self.bytesMax)), weight \(Self.mebibytes(metrics.weight)),",
                "\(metrics.entries) entries, resident memory grew by \(Self.mebibytes(most)) at most",
                "(× \(ratio(Double(most), Double(Self.bytesMax))) of the cap)"
            )
        }
    }

    private static func mebibytes(_ bytes: Int) -> String { String(format: "%.1f MiB", Double(bytes) / 1_048_576) }

    /// The second number of /proc/self/statm: resident pages.
    private static func residentBytes() throws -> Int {
        let numbers = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return (Int(numbers[1]) ?? 0) * Int(getpagesize())
    }
}
