import Martlet
import MartletCore
import MartletTesting
import Synchronization
import Testing

/// Messages whose numbers are kept in columns of their chats: of all kinds, and in a table that is its own parent.
struct PostgresParentFixture {
    static let definitions = [
        definition("by_chat", "message_count"), definition("live", "live_count", condition: "deleted_at IS NULL"),
        definition("size_sum", "size_sum", sum: "size"),
    ]
    static let columns = """
        ALTER TABLE chats ADD COLUMN message_count bigint, ADD COLUMN live_count int NOT NULL DEFAULT 0,
          ADD COLUMN size_sum numeric, ADD COLUMN title text;
        """

    static func definition(
        _ name: CounterName,
        _ column: String,
        condition: String? = nil,
        sum: String? = nil
    ) -> CounterDefinition {
        CounterDefinition(
            name: name,
            table: CountedTable.name,
            keyColumns: ["chat_id"],
            condition: condition,
            sum: sum,
            parent: CounterDefinition.Parent(
                table: QualifiedName(schema: "public", name: "chats"),
                column: column
            )
        )
    }

    let base: PostgresCounterFixture

    private static let templates = Mutex<[CountedTable: Task<String, any Error>]>([:])

    /// A database of its own, copied from one that was made once; its counters are installed and initialised.
    init(_ table: CountedTable) async throws {
        let template = Self.templates.withLock { templates in
            if let task = templates[table] { return task }
            let task = Task {
                let base = try await PostgresCounterFixture(table.script + Self.columns)
                for definition in Self.definitions { try await base.add(definition) }
                return base.name
            }
            templates[table] = task
            return task
        }
        base = try await PostgresCounterFixture(template: try await template.value)
    }

    /// Chats whose columns are not what counting says.
    func wrong() async throws -> Int {
        try await base.number(
            """
            SELECT count(*) FROM chats c CROSS JOIN LATERAL (
              SELECT count(*) AS n, count(*) FILTER (WHERE deleted_at IS NULL) AS live, coalesce(sum(size), 0) AS size
              FROM messages WHERE chat_id = c.id) t
            WHERE message_count IS DISTINCT FROM t.n OR live_count <> t.live OR size_sum IS DISTINCT FROM t.size
            """
        )
    }

    func expectAllExact(_ note: String = "", sourceLocation: SourceLocation = #_sourceLocation) async throws {
        #expect(try await wrong() == 0, "\(note)", sourceLocation: sourceLocation)
        for definition in Self.definitions {
            let verification = try await base.store.verify(definition.name)
            #expect(verification.isExact, "\(note) \(verification)", sourceLocation: sourceLocation)
        }
        let unlike = try await base.number(
            "SELECT count(*) FROM chats WHERE message_count IS DISTINCT FROM martlet.count('by_chat', id)"
        )
        #expect(unlike == 0, "\(note)", sourceLocation: sourceLocation)
    }
}
