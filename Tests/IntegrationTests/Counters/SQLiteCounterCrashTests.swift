import Glibc
import Martlet
import MartletCore
import MartletSQLite
import MartletTesting
import Testing

/// The seed repeats what a writer writes; at which of its instructions it dies, no number decides.
@Suite("Counters on SQLite: killed writers", .timeLimit(.minutes(5)))
struct SQLiteCounterCrashTests {
    private static let messages = QualifiedName(schema: "main", name: "messages")
    private static let counters = [
        CounterDefinition(
            name: "live",
            table: messages,
            keyColumns: ["chat_id"],
            condition: "deleted_at IS NULL"
        ),
        CounterDefinition(name: "bytes", table: messages, keyColumns: ["chat_id"], sum: "size"),
        CounterDefinition(name: "total", table: messages),
        CounterDefinition(
            name: "message_count",
            table: messages,
            keyColumns: ["chat_id"],
            parent: CounterDefinition.Parent(
                table: QualifiedName(schema: "main", name: "chats"),
                column: "message_count"
            )
        ),
    ]

    /// No row while the counters agree with the rows, by counts that share no code with `verify`.
    private static let disagreements: [BoundStatement] = [
        """
        SELECT chats.id FROM chats WHERE message_count IS NOT
          (SELECT count(*) FROM messages WHERE chat_id = chats.id)
        """,
        """
        SELECT chats.id FROM chats WHERE
          (SELECT count(*) FROM messages WHERE chat_id = chats.id AND deleted_at IS NULL)
          <> coalesce((SELECT number FROM martlet_live WHERE chat_id = chats.id), 0)
        """,
        """
        SELECT chats.id FROM chats WHERE
          (SELECT coalesce(sum(size), 0) FROM messages WHERE chat_id = chats.id)
          <> coalesce((SELECT number FROM martlet_bytes WHERE chat_id = chats.id), 0)
        """,
        "SELECT number FROM martlet_total WHERE number <> (SELECT count(*) FROM messages)",
    ]

    @Test("are exact in a file whose writer was killed amid its transactions, again and again")
    func killedWriters() async throws {
        let database = try await TemporaryDatabase(script: CrashingWriter.schema)
        let store = SQLiteCounterStore(database.engine)
        for counter in Self.counters {
            try await store.install(counter)
            _ = try await store.initialise(counter.name, force: false)
        }
        var committed = 0
        for number in 0..<5 {
            let (path, seed) = (database.path, UInt64.random(in: 0...UInt64.max))
            let note = "kill \(number), seed \(seed)"
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, seed = seed as UInt64] in
                try await CrashingWriter(path: path, seed: seed).run()
            }
            for counter in Self.counters {
                let verification = try await store.verify(counter.name)
                #expect(verification.isExact && verification.isInitialised, "\(note): \(verification)")
            }
            committed = try await database.engine.withConnection(.readOnly) { connection in
                for query in Self.disagreements {
                    #expect(try await connection.run(query).isEmpty, "\(note): \(query.statement.text)")
                }
                #expect(try await connection.run("PRAGMA integrity_check")[0].decode(String.self, at: 0) == "ok")
                let now = try await connection.run("SELECT sum(committed) FROM progress")[0].decode(Int.self, at: 0)
                #expect(now >= committed + CrashingWriter.transactionsMin, "\(note)")
                return now
            }
        }
    }
}
