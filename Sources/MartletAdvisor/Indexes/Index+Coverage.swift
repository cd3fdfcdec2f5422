import MartletCore

extension Index {
    /// Whether another index does all that this one does, because it is the same in all but name and uniqueness.
    func isSame(as other: Index, in table: Table) -> Bool {
        name != other.name && method == other.method && isValid && other.isValid && keys == other.keys
            && Set(included) == Set(other.included)
            && hasSamePredicate(as: other)
    }

    /// Whether what it refuses is refused by the other as well, at the same moment and on the same request.
    ///
    /// ON CONFLICT does not work with a constraint that can be deferred, so neither stands in for the other:
    /// https://www.postgresql.org/docs/15/sql-insert.html#SQL-ON-CONFLICT
    func isUniqueness(keptBy other: Index) -> Bool {
        guard isUnique else { return true }
        return other.isUnique && areNullsDistinct == other.areNullsDistinct && isDeferrable == other.isDeferrable
    }

    /// Why every look-up and order that this index serves is served by the other as well; nil if it is not.
    func coverage(by other: Index, in table: Table) -> IndexCoverage? {
        guard name != other.name, isValid, other.isValid, method == "btree", other.method == "btree" else { return nil }
        guard Set(included).isSubset(of: other.included + other.keyColumns.compactMap(\.self)) else { return nil }
        if hasSamePredicate(as: other) {
            return isPrefix(of: other.keys, in: table) && keys.count < other.keys.count ? .prefix : nil
        }
        guard let condition = condition(in: table), other.predicate == nil else { return nil }
        return isImplied(condition, by: other, in: table) ? .impliedPredicate : nil
    }

    /// Whether both are full, or partial with the same rows for certain.
    private func hasSamePredicate(as other: Index) -> Bool {
        predicate.map(ConditionWording.init) == other.predicate.map(ConditionWording.init)
    }

    /// Whether the other key begins with this one, read forwards or backwards.
    private func isPrefix(of other: [Key], in table: Table) -> Bool {
        Self.isPrefix(keys, of: other, in: table)
    }

    private static func isPrefix(_ keys: [Key], of other: [Key], in table: Table) -> Bool {
        guard !keys.isEmpty, keys.count <= other.count else { return false }
        return [false, true]
            .contains { isBackwards in
                zip(keys, other).allSatisfy { $0.hasSameOrder(as: $1, backwards: isBackwards, in: table) }
            }
    }

    /// Whether a full index answers what this partial one does: the columns that the predicate fixes, or of which it
    /// only says that they are not NULL, are part of its key, in between or directly behind the columns of this one.
    ///
    /// Behind other columns they would not do: the look-up would have to read past the rows in between.
    private func isImplied(_ condition: SQLCondition, by other: Index, in table: Table) -> Bool {
        let own = Set(keyColumns.compactMap(\.self))
        var fixed: Set<String> = []
        for part in condition.parts {
            switch part {
            case .equals(let column, _): fixed.insert(column)
            case .isNotNull(let column) where own.contains(column): break
            default: return false
            }
        }
        let varying = keys.filter { $0.isExpression || !fixed.contains($0.text) }
        let leading = other.keys.prefix(varying.count + fixed.count)
        guard leading.count == varying.count + fixed.count else { return false }
        let otherFixed = leading.filter { !$0.isExpression && fixed.contains($0.text) }
        let otherVarying = leading.filter { $0.isExpression || !fixed.contains($0.text) }
        guard Set(otherFixed.map(\.text)) == fixed, otherFixed.allSatisfy(\.comparesAsColumn) else { return false }
        return varying.isEmpty || Self.isPrefix(varying, of: otherVarying, in: table)
    }

    /// Whether its key goes on behind the last column of the primary key, where nothing is left to tell apart or order.
    ///
    /// The columns behind may still spare a statement the table (an index-only scan), or narrow down what a foreign key
    /// looks for: nothing is said of an index that is used, or that begins like the look-ups of such a key.
    func goesOnBehindPrimaryKey(of table: Table) -> Bool {
        guard method == "btree", !isUnique, (scans ?? 0) == 0, !table.primaryKeyColumns.isEmpty else { return false }
        let positions = table.primaryKeyColumns.map { column in keyColumns.firstIndex(of: column) }
        guard !positions.contains(nil), let last = positions.compactMap(\.self).max() else { return false }
        let behind = Set(keyColumns[(last + 1)...].compactMap(\.self))
        let isAskedFor = table.foreignKeys.contains { key in
            key.columns.contains(keys[0].text) && !behind.isDisjoint(with: key.columns)
        }
        return last < keys.count - 1 && !isAskedFor
    }
}

/// Why one index does what another does.
enum IndexCoverage: Hashable {
    /// Its key begins with the other's.
    case prefix
    /// It holds what the predicate of the other asks for in its key.
    case impliedPredicate
}

extension Index.Key {
    fileprivate func hasSameOrder(as other: Index.Key, backwards: Bool, in table: Table) -> Bool {
        guard text == other.text, isExpression == other.isExpression, collation == other.collation,
            operatorClass == other.operatorClass, isDescending == (other.isDescending != backwards)
        else { return false }
        // Where NULLs stand matters only to a column that can have them.
        if !isExpression, table.column(text)?.isNullable == false { return true }
        return nullsFirst == (other.nullsFirst != backwards)
    }
}
