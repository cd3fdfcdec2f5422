/// A change to a schema: the steps that make it, the steps that undo it, and what must be true in between.
package struct MigrationPlan: Sendable, Hashable {
    /// A short name of letters, digits and hyphens.
    package var name: String
    /// What it is for, in one sentence.
    package var summary: String
    /// Steps in order.
    package var up: [MigrationStep]
    /// Steps that undo `up`, in order.
    package var down: [MigrationStep]
    /// Queries that return one row with one true value each once the change is in place.
    package var verify: [String]

    package init(name: String, summary: String, up: [MigrationStep], down: [MigrationStep], verify: [String]) {
        self.name = name
        self.summary = summary
        self.up = up
        self.down = down
        self.verify = verify
    }
}

/// One step of a migration.
package struct MigrationStep: Sendable, Hashable {
    /// The SQL, which may be several statements if it is transactional.
    package var sql: String
    /// False for what PostgreSQL refuses within a transaction, such as CREATE INDEX CONCURRENTLY.
    package var isTransactional: Bool
    /// The lock it takes and whom that blocks, in one phrase for people.
    package var lock: String
    /// The index it builds or drops concurrently, so that an interrupted step can be told from a finished one.
    package var index: QualifiedName?

    package init(sql: String, isTransactional: Bool = true, lock: String, index: QualifiedName? = nil) {
        self.sql = sql
        self.isTransactional = isTransactional
        self.lock = lock
        self.index = index
    }
}
