import MartletCore

extension Index {
    /// Names of the key's columns; an expression is nil.
    var keyColumns: [String?] {
        keys.map { $0.isExpression ? nil : $0.text }
    }

    /// What the rows in a partial index have in common; nil for a full index.
    func condition(in table: Table) -> SQLCondition? {
        predicate.map { SQLCondition($0, of: table) }
    }

    /// Whether it may be dropped by itself: nothing else is known to lean on it.
    ///
    /// Its definition must be known too, because that is what brings it back. A partition's index goes with its
    /// parent's; a unique index may be what a foreign key of another table refers to, which PostgreSQL allows without
    /// a constraint.
    func isDroppable(in table: Table, of inventory: IndexInventory) -> Bool {
        guard !isPrimary, constraint == nil, !isReplicaIdentity, definition != nil else { return false }
        guard table.kind != .partition, table.kind != .foreign, table.kind != .virtual else { return false }
        return !(isUnique && inventory.isReferenced(self))
    }

    /// Whether the rows with given values of these columns, in whatever order they stand, are found by one look-up.
    func finds(_ columns: [String], in table: Table) -> Bool {
        guard isValid, !columns.isEmpty, keys.count >= columns.count else { return false }
        guard method == "btree" || (method == "hash" && columns.count == 1) else { return false }
        let leading = keys.prefix(columns.count)
        guard leading.allSatisfy({ !$0.isExpression && $0.comparesAsColumn }) else { return false }
        guard Set(leading.map(\.text)) == Set(columns) else { return false }
        guard let condition = condition(in: table) else { return true }
        // A look-up of given values never looks for NULL, so an index without the NULLs serves it as well.
        return condition.columnsOnlyNotNull?.isSubset(of: columns) ?? false
    }
}

extension Index.Key {
    /// Whether it can answer `column = value`. The operator classes of patterns have that operator in common with the
    /// default ones: https://www.postgresql.org/docs/15/indexes-opclass.html
    var comparesAsColumn: Bool {
        collation == nil && (operatorClass?.hasSuffix("_pattern_ops") ?? true)
    }
}
