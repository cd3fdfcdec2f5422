/// A place in the source code.
public struct PoolSite: Sendable, Hashable, CustomStringConvertible {
    /// Module and file, as `#fileID` gives them.
    public let fileID: String
    /// The line.
    public let line: Int

    /// Takes `#fileID` and `#line`.
    public init(fileID: String, line: Int) {
        self.fileID = fileID
        self.line = line
    }

    /// As a compiler writes it.
    public var description: String { "\(fileID):\(line)" }
}
