internal import CPgQuery
internal import Glibc

/// Reads the shape of statements with PostgreSQL's own parser.
package enum StatementParser {
    /// Why a text could not be parsed.
    package struct Failure: Error, Hashable, CustomStringConvertible {
        /// The parser's message.
        package let description: String
        /// The character that it stopped at, counted from 1; 0 if it does not say.
        package let position: Int
    }

    /// Reads one statement, with values or with numbered placeholders.
    ///
    /// A few to some tens of microseconds: meant to be called once per distinct statement. Any thread may call it.
    package static func shape(of text: String) throws(Failure) -> StatementShape {
        let result = pg_query_parse(text)
        defer { pg_query_free_parse_result(result) }
        if let error = result.error?.pointee {
            throw Failure(
                description: error.message.map { String(cString: $0) } ?? "syntax error",
                position: Int(error.cursorpos)
            )
        }
        guard let tree = result.parse_tree else { throw Failure(description: "no parse tree", position: 0) }
        let bytes = UnsafeRawBufferPointer(start: tree, count: strlen(tree))
        guard let arena = JSONArena(Array(bytes)) else {
            throw Failure(description: "the parse tree cannot be read", position: 0)
        }
        var builder = StatementShapeBuilder(arena)
        return builder.build()
    }
}
