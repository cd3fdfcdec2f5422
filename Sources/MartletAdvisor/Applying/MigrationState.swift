/// Where a migration stands.
///
///     planned ──► applying ──► applied ──► rolling back ──► rolled back
///                   │  ▲          │             ▲                │
///                   ▼  │          └─► applying  │                └─► applying
///                  failed ──────────────────────┘
///
/// A process that is killed leaves `applying` or `rolling back`; the next one goes on from there.
package enum MigrationState: String, Sendable, Hashable, CaseIterable {
    /// In the journal, nothing begun. Moves to: applying.
    case planned
    /// Steps are being made, or were when the process ended. Moves to: applied, failed, rolling back.
    case applying
    /// All steps are made and verified. Moves to: rolling back; to applying when what was made has vanished since.
    case applied
    /// A step failed, or the change was not in place after all of them. Moves to: applying, rolling back.
    case failed
    /// Steps are being undone, or were when the process ended. Moves to: rolled back.
    case rollingBack = "rolling back"
    /// All that was made is undone. Moves to: applying.
    case rolledBack = "rolled back"

    /// The states it can move to.
    package var successors: Set<MigrationState> {
        switch self {
        case .planned: [.applying]
        case .applying: [.applied, .failed, .rollingBack]
        case .applied: [.rollingBack, .applying]
        case .failed: [.applying, .rollingBack]
        case .rollingBack: [.rolledBack]
        case .rolledBack: [.applying]
        }
    }
}
