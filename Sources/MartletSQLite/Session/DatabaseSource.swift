internal import GRDB
internal import MartletCore

/// Where sessions get their database from.
enum DatabaseSource: Sendable {
    /// A file that each session opens for itself.
    case file(DatabaseFile)
    /// A pool that the application opened.
    case pool(DatabasePool)

    /// Opens what there is to open.
    ///
    /// Blocks.
    func open(_ access: Access, waiting busyWait: BusyWait) throws(EngineError) -> DatabaseLender {
        switch self {
        case .file(let file): .exclusive(try file.open(access, waiting: busyWait))
        case .pool(let pool): access == .readOnly ? .reader(pool) : .writer(pool)
        }
    }
}
