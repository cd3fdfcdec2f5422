/// Where a migration stands.
///
///     planned ──► applying ──► applied ──► rolling back ──► rolled back
///                   │  ▲          │             ▲                │
///                   ▼  │          └─► applying  │                └─► applying
///                  failed ──────────────────────┘
///
/// From any state but `planned` and `rolled back` a person may move it to `forgotten`.
///
/// A process that is killed leaves `applying` or `rolling back`; the next one goes on from there.
package enum MigrationState: String, Sendable, Hashable, CaseIterable {
    /// In the journal, nothing begun. Moves to: applying.
    case planned
    /// Steps are being made, or were when the process ended. Moves to: applied, failed, rolling back, forgotten.
    case applying
    /// All steps are made and verified. Moves to: rolling back, forgotten; to applying when what was made has vanished.
    case applied
    /// A step failed, or the change was not in place after all. Moves to: applying, rolling back, forgotten.
    case failed
    /// Steps are being undone, or were when the process ended. Moves to: rolled back, forgotten.
    case rollingBack = "rolling back"
    /// All that was made is undone. Moves to: applying.
    case rolledBack = "rolled back"
    /// What was made stays as it is, and nothing will undo it. Moves to: applying.
    case forgotten

    /// Whether nothing is left that could be undone.
    package var isOver: Bool { self == .rolledBack || self == .forgotten }

    /// The states it can move to.
    package var successors: Set<MigrationState> {
        switch self {
        case .planned: [.applying]
        case .applying: [.applied, .failed, .rollingBack, .forgotten]
        case .applied: [.rollingBack, .applying, .forgotten]
        case .failed: [.applying, .rollingBack, .forgotten]
        case .rollingBack: [.rolledBack, .forgotten]
        case .rolledBack, .forgotten: [.applying]
        }
    }
}
