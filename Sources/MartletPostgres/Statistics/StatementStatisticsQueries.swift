internal import MartletCore

/// What is asked of pg_stat_statements, whose columns changed their names between versions.
///
/// Source: "pg_stat_statements", PostgreSQL 12 (extension 1.7) to 17 (extension 1.11).
struct StatementStatisticsQueries {
    let schema: Identifier
    let version: (Int, Int)

    static let preloadAdvice =
        "add it to shared_preload_libraries in postgresql.conf and restart the server"

    /// One row: version and schema if it is created here, whether it could be, and what is loaded.
    static let installation = """
        \(OwnStatement.mark)
        SELECT e.extversion::text, n.nspname::text,
          EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements'),
          (SELECT setting FROM pg_settings WHERE name = 'shared_preload_libraries')
        FROM (VALUES (1)) one
        LEFT JOIN pg_extension e ON e.extname = 'pg_stat_statements'
        LEFT JOIN pg_namespace n ON n.oid = e.extnamespace
        """

    /// Statements that a plan exists for, at the beginning of a text or after comments and parentheses.
    private static let planned =
        #"^(\s|\(|--[^\n]*\n|/\*([^*]|\*[^/])*\*/)*(select|insert|update|delete|merge|with|values|table)\y"#

    /// Statements by total time; one that several roles ran, or that ran within functions too, is one.
    func top(_ limit: Int) -> BoundStatement {
        """
        \(unsafeSQL: OwnStatement.mark)
        SELECT min(s.query), sum(s.calls)::int8, sum(s.\(Identifier(totalTime)))::float8,
          max(s.\(Identifier(maximumTime)))::float8, sum(s.rows)::int8, sum(s.shared_blks_hit)::int8,
          sum(s.shared_blks_read)::int8, sum(s.temp_blks_read + s.temp_blks_written)::int8
        FROM \(schema).pg_stat_statements s
        WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND s.query ~* \(Self.planned) AND position(\(OwnStatement.mark) IN s.query) = 0
        GROUP BY s.queryid
        ORDER BY 3 DESC
        LIMIT \(limit)
        """
    }

    /// Since when statements are counted, and how many of this database the role may not see.
    var summary: BoundStatement {
        """
        \(unsafeSQL: OwnStatement.mark)
        SELECT \(unsafeSQL: since)::timestamptz, count(*) FILTER (WHERE s.query = '<insufficient privilege>')
        FROM \(schema).pg_stat_statements s
        WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        """
    }

    private var totalTime: String { version >= (1, 8) ? "total_exec_time" : "total_time" }

    private var maximumTime: String { version >= (1, 8) ? "max_exec_time" : "max_time" }

    private var since: String {
        version >= (1, 9) ? "(SELECT stats_reset FROM \(schema.quoted).pg_stat_statements_info)" : "NULL"
    }
}
