/// The index sets of an application, in one dialect.
protocol CaseIndexes: Sendable {
    /// Those of the source document.
    var seedIndexes: [CaseIndex] { get }
    /// Those of this project.
    var expertIndexes: [CaseIndex] { get }
}

extension CaseIndexes {
    func indexes(_ set: CaseIndexSet) -> [CaseIndex] {
        switch set {
        case .none: []
        case .seed: seedIndexes
        case .expert: expertIndexes
        }
    }
}
