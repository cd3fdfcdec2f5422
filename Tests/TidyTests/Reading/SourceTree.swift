import Foundation

/// All text files of a package that its rules speak of.
struct SourceTree {
    let files: [SourceFile]
    /// Paths of all other files, which are not read, and of all folders.
    let otherPaths: Set<String>

    /// Files as they stand in the package that this test was built from.
    static func package() throws -> SourceTree {
        // Tests/TidyTests/Reading/SourceTree.swift: four steps down from the root.
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try SourceTree(root: root)
    }

    init(files: [SourceFile], otherPaths: Set<String> = []) {
        self.files = files
        self.otherPaths = otherPaths
    }

    /// Reads folders that hold what people wrote; never build products.
    init(root: URL) throws {
        let manager = FileManager.default
        var paths = try manager.contentsOfDirectory(atPath: root.path)
        for folder in ["Sources", "Tests", "Benchmarks", "Scripts", "docs", ".ci"] {
            guard let entries = manager.enumerator(atPath: root.appending(path: folder).path) else { continue }
            for case let entry as String in entries where !Self.isProduct(entry) {
                paths.append("\(folder)/\(entry)")
            }
        }
        files = try paths.filter(Self.isText).sorted()
            .map { path in
                SourceFile(path: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
            }
        otherPaths = Set(paths.filter { !Self.isText($0) })
    }

    /// Swift files of the package itself and of its benchmarks.
    var swiftFiles: [SourceFile] {
        files.filter { $0.path.hasSuffix(".swift") }
    }

    /// Swift files below a folder.
    func swiftFiles(below folder: String) -> [SourceFile] {
        swiftFiles.filter { $0.path.hasPrefix(folder + "/") }
    }

    private static func isText(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        let isNamed = name == "Makefile" || path == ".ci/run"
        return isNamed || [".swift", ".md", ".sh", ".h", ".modulemap"].contains { name.hasSuffix($0) }
    }

    private static func isProduct(_ entry: String) -> Bool {
        entry.split(separator: "/").contains { $0.hasPrefix(".") }
    }
}
