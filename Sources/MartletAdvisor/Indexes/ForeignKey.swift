import MartletCore

/// A foreign key of a table, with what rules ask of it.
struct ForeignKey {
    let name: String
    let columns: [String]
    let parent: QualifiedName
    let parentColumns: [String]
    let onDelete: Constraint.Action
}

extension Table {
    /// The foreign keys in order.
    var foreignKeys: [ForeignKey] {
        constraints.compactMap { constraint in
            guard case .foreignKey(let parent, let parentColumns, let onDelete) = constraint.kind else { return nil }
            return ForeignKey(
                name: constraint.name,
                columns: constraint.columns,
                parent: parent,
                parentColumns: parentColumns,
                onDelete: onDelete
            )
        }
    }

    /// Column lists of foreign keys that this index finds rows for.
    func foreignKeysFound(by index: Index) -> [[String]] {
        foreignKeys.map(\.columns).filter { index.finds($0, in: self) }
    }

    /// Whether each foreign key that the index serves is also served by one of the others.
    func keepsForeignKeys(without index: Index, leaving others: [Index]) -> Bool {
        foreignKeysFound(by: index).allSatisfy { columns in
            others.contains { $0.name != index.name && $0.finds(columns, in: self) }
        }
    }
}
