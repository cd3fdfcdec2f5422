import MartletCore

extension IndexDefinition {
    /// The index's name with its schema, which is the table's.
    var qualifiedName: QualifiedName {
        QualifiedName(schema: table.schema, name: name)
    }

    /// The statement that creates it: concurrently on PostgreSQL.
    func createSQL(dialect: Dialect) -> String {
        let unique = isUnique ? "UNIQUE " : ""
        let columns = "(" + keySQL(dialect: dialect).joined(separator: ", ") + ")"
        let condition = predicate.map { " WHERE \($0)" } ?? ""
        switch dialect {
        case .postgres:
            let carried = included.map { Identifier($0).quoted }.joined(separator: ", ")
            let include = included.isEmpty ? "" : " INCLUDE (\(carried))"
            return "CREATE \(unique)INDEX CONCURRENTLY \(Identifier(name).quoted) ON \(table.quoted) "
                + columns + include + condition
        case .sqlite:
            return "CREATE \(unique)INDEX \(qualifiedName.quoted) ON \(Identifier(table.name).quoted) "
                + columns + condition
        }
    }

    /// Keys as SQLite sees them: it has no INCLUDE, so that columns carried along become the last keys.
    private func keys(dialect: Dialect) -> [Index.Key] {
        dialect == .sqlite ? keys + included.map { Index.Key($0) } : keys
    }

    private func keySQL(dialect: Dialect) -> [String] {
        keys(dialect: dialect)
            .map { key in
                var sql = key.isExpression ? "(\(key.text))" : Identifier(key.text).quoted
                if let collation = key.collation { sql += " COLLATE \(Self.nameSQL(collation))" }
                if dialect == .postgres, let operatorClass = key.operatorClass {
                    sql += " \(Self.nameSQL(operatorClass))"
                }
                if key.isDescending { sql += " DESC" }
                // SQLite has no NULLS FIRST or LAST in an index.
                if dialect == .postgres, key.nullsFirst != key.isDescending {
                    sql += key.nullsFirst ? " NULLS FIRST" : " NULLS LAST"
                }
                return sql
            }
    }

    /// A collation or operator class: a bare name is quoted, one that a catalog printed with quotes, a schema or
    /// parameters stays as it is.
    private static func nameSQL(_ text: String) -> String {
        let isBare = text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        return isBare ? Identifier(text).quoted : text
    }

    /// A query that is true once the index exists, is valid, and is on these columns in this order.
    func verifySQL(dialect: Dialect) -> String {
        dialect == .postgres ? postgresVerifySQL : sqliteVerifySQL
    }

    private var postgresVerifySQL: String {
        func literal(_ text: String) -> String { SQLLiteral(text, dialect: .postgres).description }
        let columns = keys.map { $0.isExpression ? "NULL" : literal($0.text) } + included.map(literal)
        // Bit 0 is DESC, bit 1 is NULLS FIRST: https://www.postgresql.org/docs/15/catalog-pg-index.html
        let options = keys.map { String(($0.isDescending ? 1 : 0) + ($0.nullsFirst ? 2 : 0)) }
        return """
            SELECT EXISTS (
              SELECT FROM pg_catalog.pg_index i
              JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
              JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
              WHERE n.nspname = \(literal(table.schema)) AND t.relname = \(literal(table.name))
                AND c.relname = \(literal(name)) AND i.indisvalid AND i.indisready
                AND i.indisunique = \(isUnique) AND i.indnkeyatts = \(keys.count)
                AND (i.indpred IS NOT NULL) = \(predicate != nil)
                AND ARRAY(SELECT o.bits FROM unnest(i.indoption::int2[]) WITH ORDINALITY AS o (bits, position)
                          ORDER BY o.position) = ARRAY[\(options.joined(separator: ", "))]::int2[]
                AND ARRAY(SELECT a.attname::text
                          FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, position)
                          LEFT JOIN pg_catalog.pg_attribute a
                            ON a.attrelid = i.indrelid AND a.attnum = k.number AND k.number > 0
                          ORDER BY k.position) = ARRAY[\(columns.joined(separator: ", "))]::text[]
            )
            """
    }

    private var sqliteVerifySQL: String {
        func literal(_ text: String) -> String { SQLLiteral(text, dialect: .sqlite).description }
        let keys = keys(dialect: .sqlite)
        let columns = keys.map { $0.isExpression ? "NULL" : literal($0.text.lowercased()) }
        let directions = keys.map { $0.isDescending ? "1" : "0" }
        return """
            SELECT EXISTS (
              SELECT 1 FROM pragma_index_list(\(literal(table.name))) i
              WHERE lower(i.name) = lower(\(literal(name)))
                AND i."unique" = \(isUnique ? 1 : 0) AND i.partial = \(predicate == nil ? 0 : 1)
                AND (SELECT json_group_array(lower(k.name)) FROM pragma_index_xinfo(i.name) k WHERE k.key = 1)
                    = json_array(\(columns.joined(separator: ", ")))
                AND (SELECT json_group_array(k."desc") FROM pragma_index_xinfo(i.name) k WHERE k.key = 1)
                    = json_array(\(directions.joined(separator: ", ")))
            )
            """
    }
}
