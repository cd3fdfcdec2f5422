/// An index of a set.
package struct CaseIndex: Sendable, Hashable {
    package let name: String
    /// The table it is on, without its schema.
    package let table: String
    /// The CREATE INDEX statement.
    package let sql: String

    package init(name: String, table: String, sql: String) {
        self.name = name
        self.table = table
        self.sql = sql
    }
}
