import MartletCore

/// What must be known of a whole catalog to judge the indexes of one table; made once for all tables.
struct IndexInventory {
    let dialect: Dialect
    private let referenced: Set<ReferencedKey>

    private struct ReferencedKey: Hashable {
        let table: QualifiedName
        let columns: Set<String>
    }

    init(_ catalog: Catalog) {
        dialect = catalog.dialect
        var referenced: Set<ReferencedKey> = []
        for key in catalog.tables.lazy.flatMap(\.foreignKeys) {
            referenced.insert(ReferencedKey(table: key.parent, columns: Set(key.parentColumns)))
        }
        self.referenced = referenced
    }

    /// Whether a foreign key leans on the index, or where the catalog does not say so, may lean on it.
    func isReferenced(_ index: Index) -> Bool {
        if let isReferenced = index.isReferenced { return isReferenced }
        let columns = index.keyColumns.compactMap(\.self)
        guard columns.count == index.keys.count else { return false }
        return referenced.contains(ReferencedKey(table: index.table, columns: Set(columns)))
    }
}
