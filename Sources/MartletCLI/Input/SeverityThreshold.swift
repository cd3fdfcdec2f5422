import ArgumentParser
import MartletCore

/// From which severity on a command fails.
enum SeverityThreshold: String, ExpressibleByArgument, CaseIterable {
    case note, warning, critical, never

    var severity: Finding.Severity? {
        switch self {
        case .note: .note
        case .warning: .warning
        case .critical: .critical
        case .never: nil
        }
    }
}
