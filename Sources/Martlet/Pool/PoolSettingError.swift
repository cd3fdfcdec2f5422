/// A setting of a pool that cannot be used.
public struct PoolSettingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name of the setting.
    public let name: String
    /// What it was set to.
    public let value: String
    /// What it may be.
    public let wanted: String

    /// One sentence that says what to write instead.
    public var description: String { "\(name) is set to \"\(value)\"; it must be \(wanted)" }
}
