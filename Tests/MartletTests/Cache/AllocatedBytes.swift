import Foundation

/// What the process has allocated, as glibc counts it.
enum AllocatedBytes {
    private struct Missing: Error {}
    private typealias MallocInfo = @convention(c) (Int32, UnsafeMutablePointer<FILE>) -> Int32

    /// Bytes in use, rounded as the allocator rounds them.
    static func now() throws -> Int {
        // <malloc.h> is not part of the Glibc module; malloc_info has been in the library since 2.10.
        guard let symbol = dlsym(nil, "malloc_info") else { throw Missing() }
        let info = unsafeBitCast(symbol, to: MallocInfo.self)
        var text: UnsafeMutablePointer<CChar>?
        var length = 0
        guard let stream = open_memstream(&text, &length) else { throw Missing() }
        _ = info(0, stream)
        fclose(stream)
        defer { free(text) }
        guard let text else { throw Missing() }
        let lines = String(cString: text).split(separator: "\n")
        func size(_ start: String) throws -> Int {
            // The sums stand behind those of each arena.
            guard let line = lines.last(where: { $0.hasPrefix(start) }),
                let number = line.split(separator: "size=\"").last?.prefix(while: \.isNumber), let size = Int(number)
            else { throw Missing() }
            return size
        }
        let free = try size("<total type=\"fast\"") + size("<total type=\"rest\"")
        return try size("<system type=\"current\"") + size("<total type=\"mmap\"") - free
    }
}
