import Martlet
import MartletCore
import MartletSQLite

/// The chats of an owner, two at a time, as a server answers `GET /chats?cursor=…`.
struct PagingExample {
    private let signer: CursorSigner

    /// Takes what `openssl rand -hex 32` has printed: 64 characters, and so 64 bytes.
    init(secret: String) throws {
        signer = try CursorSigner(key: Array(secret.utf8))
    }

    /// Answers one request: `cursor` is the text that the client sent, nil for the first page.
    func chats(
        of owner: Int64,
        at cursor: String?,
        on connection: any Connection
    ) async throws -> (titles: [String], next: String?) {
        let chats = PagedStatement(
            "SELECT id, title, updated_at FROM chats WHERE owner = \(owner)",
            orderedBy: [.descending("updated_at"), .descending("id")],
            signer: signer,
            scope: [.integer(owner)]
        )
        let page = try await chats.page(at: cursor.map { PageCursor($0) }, size: 2, on: connection)
        return (try page.rows.map { try $0.decode(String.self, "title") }, page.next?.text)
    }

    static func run(path: String, secret: String) async throws -> [String] {
        let example = try PagingExample(secret: secret)
        let engine = SQLiteEngine(path: path, createIfMissing: true)
        var lines: [String] = []
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript(
                """
                CREATE TABLE chats (
                    id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, title TEXT NOT NULL, updated_at INTEGER NOT NULL);
                CREATE INDEX chats_by_owner ON chats (owner, updated_at DESC, id DESC);
                INSERT INTO chats VALUES (1, 1, 'a', 5), (2, 1, 'b', 5), (3, 2, 'x', 9), (4, 1, 'd', 1);
                """
            )
            var cursor: String?
            repeat {
                let page = try await example.chats(of: 1, at: cursor, on: connection)
                lines.append(page.titles.joined(separator: ", "))
                cursor = page.next
            } while cursor != nil
            do {
                _ = try await example.chats(of: 1, at: "no cursor", on: connection)
            } catch let error as PagingError where error.code.isBadCursor {
                lines.append("400 Bad Request: \(error.code)")
            }
        }
        return lines
    }
}
