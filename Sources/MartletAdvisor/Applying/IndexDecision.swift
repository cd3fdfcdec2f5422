import MartletCore

/// What to do about an index before a step touches it.
///
/// Pure: it sees only what was found.
enum IndexDecision: Sendable, Hashable {
    /// It is as the step would leave it.
    case done
    /// The step's statement can run.
    case run
    /// What an interrupted build left behind must go first; then the statement can run.
    case clear([QualifiedName])
    /// Another session is building it.
    case wait(builder: Int)
    /// Nothing may be changed.
    case refuse(MigrationError.Code, String)

    /// Decides.
    ///
    /// `isExpected` says whether what was found has the definition that the step creates, or that the step is meant to
    /// drop; nil if nothing is known to compare it with.
    init(_ action: IndexAction, found: IndexState?, isExpected: Bool?) {
        if let builder = found?.builder {
            self = .wait(builder: builder)
            return
        }
        switch action {
        case .create(let index, let statement):
            self = Self.creating(index, statement, found: found, isExpected: isExpected ?? false)
        case .drop(let index):
            self = Self.dropping(index, found: found, isExpected: isExpected ?? true)
        case .rebuild(let index):
            self = Self.rebuilding(index, found: found)
        }
    }

    /// Whether carrying it out changes the database.
    var needsWork: Bool {
        switch self {
        case .run, .clear: true
        case .done, .wait, .refuse: false
        }
    }

    private static func creating(
        _ index: QualifiedName,
        _ statement: IndexStatement,
        found: IndexState?,
        isExpected: Bool
    ) -> IndexDecision {
        guard let found else { return .run }
        guard isExpected else {
            return .refuse(
                .differentDefinition,
                "create index \(index): another \(found.isValid ? "" : "invalid ")index has that name: "
                    + "\(found.definition); drop or rename it, or choose another name"
            )
        }
        return found.isValid ? .done : .clear([index])
    }

    private static func dropping(_ index: QualifiedName, found: IndexState?, isExpected: Bool) -> IndexDecision {
        guard let found else { return .done }
        if let constraint = found.constraint {
            return .refuse(
                .drifted,
                "drop index \(index): the constraint \(constraint) of \(found.table) stands on it; "
                    + "drop the constraint instead if that is what you want"
            )
        }
        guard isExpected else {
            return .refuse(
                .drifted,
                "drop index \(index): it is not the one that was planned for: \(found.definition); "
                    + "look at it, then force the rollback or drop it by hand"
            )
        }
        return .run
    }

    private static func rebuilding(_ index: QualifiedName, found: IndexState?) -> IndexDecision {
        guard let found else {
            return .refuse(.drifted, "rebuild index \(index): it does not exist any more; nothing is to be done")
        }
        if !found.leftovers.isEmpty { return .clear(found.leftovers) }
        return found.isValid ? .done : .run
    }
}
