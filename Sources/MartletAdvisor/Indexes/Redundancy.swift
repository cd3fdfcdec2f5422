import MartletCore

/// An index that adds nothing to the others, and why.
struct Redundancy {
    enum Reason {
        /// Another index serves all that it serves.
        case covered(by: Index, IndexCoverage)
        /// Its key goes on behind the primary key; another index begins with the columns before.
        case behindPrimaryKey(served: Index)
        /// Its key goes on behind the primary key; what comes before is still needed.
        case behindPrimaryKeyNeeded(keys: [Index.Key])
    }

    let index: Index
    let reason: Reason

    /// Whether it is only what stands behind the primary key that makes it redundant.
    var isBehindPrimaryKey: Bool {
        switch reason {
        case .covered: false
        case .behindPrimaryKey, .behindPrimaryKeyNeeded: true
        }
    }

    /// The index that takes over, if it exists already.
    var successor: Index? {
        switch reason {
        case .covered(let other, _), .behindPrimaryKey(let other): other
        case .behindPrimaryKeyNeeded: nil
        }
    }
}

extension Table {
    /// Its redundant indexes, duplicates left out.
    ///
    /// Each may be dropped whether or not the others and the duplicates are: none takes over from one that goes.
    func redundancies(in inventory: IndexInventory) -> [Redundancy] {
        guard standsForItself else { return [] }
        let all = indexesWithOwnOrder(dialect: inventory.dialect).filter(\.isValid)
        let duplicates = Set(duplicates(in: inventory).map(\.index.name))
        let candidates = all.filter { index in
            !index.isUnique && index.isDroppable(in: self, of: inventory) && !duplicates.contains(index.name)
        }
        let behindKey = candidates.filter { $0.goesOnBehindPrimaryKey(of: self) }
        let lasting = all.filter { index in
            !duplicates.contains(index.name) && !behindKey.contains { $0.name == index.name }
        }
        return candidates.compactMap { index -> Redundancy? in
            if let (other, coverage) = successor(of: index, among: lasting) {
                return Redundancy(index: index, reason: .covered(by: other, coverage))
            }
            guard behindKey.contains(where: { $0.name == index.name }) else { return nil }
            return Redundancy(index: index, reason: reasonBehindKey(index, among: lasting))
        }
    }

    /// What covers the index and is not covered itself: constraints first, then by name.
    private func successor(of index: Index, among others: [Index]) -> (Index, IndexCoverage)? {
        let covering = others.filter { index.coverage(by: $0, in: self) != nil }
        let last = covering.filter { other in !covering.contains { other.coverage(by: $0, in: self) != nil } }
        let best = last.min { first, second in
            if first.isUnique != second.isUnique { return first.isUnique }
            return first.name < second.name
        }
        guard let best, let coverage = index.coverage(by: best, in: self) else { return nil }
        guard keepsForeignKeys(without: index, leaving: others) else { return nil }
        return (best, coverage)
    }

    private func reasonBehindKey(_ index: Index, among lasting: [Index]) -> Redundancy.Reason {
        let key = Set(primaryKeyColumns)
        let isOfKey = { (part: Index.Key) in !part.isExpression && key.contains(part.text) }
        let before = Array(index.keys.prefix { !isOfKey($0) })
        let wanted = before.isEmpty ? index.keys.prefix(1) : before[...]
        let shortened = Index(name: "", table: name, keys: Array(wanted), predicate: index.predicate)
        let serving = lasting.first { other in
            other.name != index.name
                && (shortened.coverage(by: other, in: self) != nil || shortened.isSame(as: other, in: self))
        }
        if let serving, keepsForeignKeys(without: index, leaving: lasting) {
            return .behindPrimaryKey(served: serving)
        }
        let end = index.keys.lastIndex(where: isOfKey) ?? index.keys.startIndex
        return .behindPrimaryKeyNeeded(keys: Array(index.keys[...end]))
    }
}
