/// Says which statement a connection runs next.
///
/// Asked on the thread that serves the connection, one call at a time, each when the statement before has been answered
/// without an error: it must not block.
package protocol StatementSource: AnyObject, Sendable {
    /// The next statement; nil if there is none.
    func next() -> BoundStatement?
}
