import MartletAdvisor
import MartletCore

extension Catalog {
    /// What the catalog says once a remedy has been carried out.
    mutating func carryOut(_ remedy: Remedy) {
        switch remedy {
        case .createIndex(let definition): create(definition)
        case .dropIndex(let index): drop(index)
        case .replaceIndex(let index, let definition):
            create(definition)
            drop(index)
        case .rebuildIndex(let index):
            change(index.table) { table in
                for position in table.indexes.indices where table.indexes[position].name == index.name {
                    table.indexes[position].isValid = true
                }
            }
        case .analyze(let name):
            let moment = readAt
            change(name) { table in
                table.estimatedRows = table.usage?.liveRows ?? table.estimatedRows ?? 0
                table.usage?.rowsChangedSinceAnalyze = 0
                table.usage?.lastAnalyzed = moment
            }
        case .schemaChange, .rewrite, .advice: break
        }
    }

    private mutating func create(_ definition: IndexDefinition) {
        let index = Index(
            name: definition.name,
            table: definition.table,
            keys: definition.keys,
            included: definition.included,
            predicate: definition.predicate,
            isUnique: definition.isUnique,
            sizeBytes: 1 << 20,
            definition: "CREATE INDEX"
        )
        change(definition.table) { $0.indexes.append(index) }
    }

    private mutating func drop(_ index: Index) {
        change(index.table) { table in table.indexes.removeAll { $0.name == index.name } }
    }

    private mutating func change(_ name: QualifiedName, _ body: (inout Table) -> Void) {
        for position in tables.indices where tables[position].name == name { body(&tables[position]) }
    }
}
