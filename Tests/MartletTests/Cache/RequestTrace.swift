import Foundation
import Testing

/// Requests for keys 0 ..< keyCount in order, and the capacity to try them with.
struct RequestTrace: Sendable, CustomTestStringConvertible {
    let name: String
    let capacity: Int
    let keys: [Int]
    let keyCount: Int

    /// Any integers as keys; they are numbered in the order of their coming.
    init(_ name: String, capacity: Int, _ raw: some Sequence<Int>) {
        self.name = name
        self.capacity = capacity
        var numbers: [Int: Int] = [:]
        keys = raw.map { key in
            let number = numbers[key] ?? numbers.count
            numbers[key] = number
            return number
        }
        keyCount = numbers.count
    }

    var testDescription: String { name }

    /// Reads `<folder>/<name>.trace.gz`: one integer per line.
    init(_ name: String, capacity: Int, folder: URL, requestsMax: Int = .max) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-dc", folder.appending(path: "\(name).trace.gz").path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        self.init(
            name,
            capacity: capacity,
            text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.prefix(requestsMax)
        )
    }
}
