/// How Martlet's statements about the server are told from those of the application.
package enum OwnStatement {
    /// A comment that stands in each of them; pg_stat_statements keeps it.
    package static let mark = "/* martlet */"
}
