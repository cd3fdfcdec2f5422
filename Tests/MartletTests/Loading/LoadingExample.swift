import Martlet
import MartletCore
import MartletSQLite

enum LoadingExample {
    struct Author: Sendable {
        let id: Int
        let name: String
    }

    /// Each line asks for the author it needs, as if it were alone.
    static func line(_ message: Row, _ authors: Loader<Int, Author>) async throws -> String {
        let author = try await authors.load(message.decode(Int.self, "author_id"))
        return "\(author?.name ?? "somebody who left"): \(try message.decode(String.self, "text"))"
    }

    static func run(path: String) async throws -> [String] {
        let engine = SQLiteEngine(path: path, createIfMissing: true)
        return try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript(
                """
                CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
                CREATE TABLE messages (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL, text TEXT NOT NULL);
                INSERT INTO authors VALUES (1, 'Ada'), (2, 'Grace');
                INSERT INTO messages VALUES (1, 1, 'Hello'), (2, 2, 'Hi'), (3, 1, 'Bye'), (4, 3, '…');
                """
            )
            let messages = try await connection.run("SELECT author_id, text FROM messages ORDER BY id")
            return try await withLoaderScope { scope in
                let authors = Loader<Int, Author>(
                    in: scope,
                    on: connection,
                    table: QualifiedName(schema: "main", name: "authors"),
                    key: "id",
                    columns: ["id", "name"]
                ) { row in Author(id: try row.decode(Int.self, "id"), name: try row.decode(String.self, "name")) }

                // Four tasks, three authors, one statement.
                return try await withThrowingTaskGroup(of: (Int, String).self) { group in
                    for (position, message) in messages.enumerated() {
                        group.addTask { (position, try await line(message, authors)) }
                    }
                    return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }.sorted { $0.key < $1.key }.map(\.value)
                }
            }
        }
    }
}
