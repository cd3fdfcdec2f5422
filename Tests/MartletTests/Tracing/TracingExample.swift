import Martlet
import MartletCore
import MartletSQLite

enum TracingExample {
    /// Reads the chats of an owner, and then their messages one by one: what a trace is there to find.
    static func chats(of owner: Int64, on connection: any Connection) async throws -> [String] {
        var lines: [String] = []
        for chat in try await connection.run("SELECT id, title FROM chats WHERE owner = \(owner) ORDER BY id") {
            let id = try chat.decode(Int64.self, "id")
            let messages = try await connection.run("SELECT text FROM messages WHERE chat_id = \(id)")
            lines.append("\(try chat.decode(String.self, "title")): \(messages.count)")
        }
        return lines
    }

    static func run(path: String) async throws -> [String] {
        let base = SQLiteEngine(path: path, createIfMissing: true)
        // Spans and measurements for the tracer and the metrics that the application has bootstrapped.
        let measured = TelemetryEngine(base, identity: DatabaseIdentity(DatabaseLocation(path)))
        // And traces in memory.
        let recorder = TraceRecorder()
        let engine = RecordingEngine(measured, recorder: recorder)
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript(
                """
                CREATE TABLE chats (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, title TEXT NOT NULL);
                CREATE TABLE messages (id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, text TEXT NOT NULL);
                INSERT INTO chats VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'x');
                INSERT INTO messages VALUES (1, 1, 'p'), (2, 1, 'q'), (3, 2, 'r');
                """
            )
            _ = try await withTrace("GET /chats", recorder: recorder) {
                try await chats(of: 1, on: connection)
            }
        }
        return recorder.traces.flatMap { trace in
            ["\(trace.name): \(trace.roundTrips) round trips, \(trace.rows) rows"]
                + trace.executions.map { "\($0.roundTrip): \($0.statement): \($0.rows) rows" }
        }
    }
}
