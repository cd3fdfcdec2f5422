import MartletCore

/// Making an index again as it was.
extension Index {
    /// The statement that makes it, with the tablespace that PostgreSQL does not print; nil if it is not known.
    func restoringStatement(dialect: Dialect) -> IndexStatement? {
        var statement = definition.flatMap { IndexStatement($0, dialect: dialect) }
        if let tablespace = attachments.tablespace { statement?.place(inTablespace: tablespace) }
        return statement
    }

    /// Statements that give it back what its definition does not say, once it is made again; each may run twice.
    ///
    /// https://www.postgresql.org/docs/15/sql-alterindex.html
    var restoringSQL: [String] {
        let name = qualifiedName.quoted
        var statements: [String] = []
        if let comment = attachments.comment {
            statements.append("COMMENT ON INDEX \(name) IS \(SQLLiteral(comment, dialect: .postgres))")
        }
        for (number, target) in attachments.statisticsTargets.sorted(by: { $0.key < $1.key }) {
            statements.append("ALTER INDEX \(name) ALTER COLUMN \(number) SET STATISTICS \(target)")
        }
        if attachments.isClustered {
            statements.append("ALTER TABLE \(table.quoted) CLUSTER ON \(Identifier(self.name).quoted)")
        }
        if isReplicaIdentity, !isPrimary {
            statements.append(
                "ALTER TABLE \(table.quoted) REPLICA IDENTITY USING INDEX \(Identifier(self.name).quoted)"
            )
        }
        return statements
    }
}
