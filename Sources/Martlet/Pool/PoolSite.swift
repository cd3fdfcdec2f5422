/// A place in the source code.
public struct PoolSite: Sendable, Hashable, CustomStringConvertible {
    /// The line.
    public let line: Int
    // A String would be made anew for each loan.
    private let staticFileID: StaticString

    /// Takes `#fileID` and `#line`.
    public init(fileID: StaticString, line: Int) {
        staticFileID = fileID
        self.line = line
    }

    /// Module and file, as `#fileID` gives them.
    public var fileID: String { staticFileID.description }

    /// As a compiler writes it.
    public var description: String { "\(fileID):\(line)" }

    /// Whether both are the same line of the same file.
    public static func == (left: PoolSite, right: PoolSite) -> Bool {
        left.line == right.line && left.fileID == right.fileID
    }

    /// Hashes file and line.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(fileID)
        hasher.combine(line)
    }
}
