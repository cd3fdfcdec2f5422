import MartletCore

extension Table {
    /// Indexes that are the same as one that is kept.
    ///
    /// Kept is what others lean on, then what does more, then the older as far as names tell: a second index gets a
    /// number behind its name.
    func duplicates(in inventory: IndexInventory) -> [(index: Index, kept: Index)] {
        guard standsForItself else { return [] }
        let ranked = indexesWithOwnOrder(dialect: inventory.dialect)
            .sorted { first, second in
                let firstStays = !first.isDroppable(in: self, of: inventory)
                let secondStays = !second.isDroppable(in: self, of: inventory)
                if firstStays != secondStays { return firstStays }
                if first.isUnique != second.isUnique { return first.isUnique }
                return first.name < second.name
            }
        return ranked.indices.compactMap { position in
            let index = ranked[position]
            guard index.isDroppable(in: self, of: inventory) else { return nil }
            let kept = ranked[..<position].first { index.isSame(as: $0, in: self) && index.isUniqueness(keptBy: $0) }
            return kept.map { (index, $0) }
        }
    }
}
