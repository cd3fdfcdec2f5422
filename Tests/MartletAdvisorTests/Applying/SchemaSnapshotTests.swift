import MartletAdvisor
import MartletCore
import Testing

@Suite("A snapshot of a schema")
struct SchemaSnapshotTests {
    private static let index = Index(name: "by_user", table: table, keys: [Index.Key("user_id")])
    private static let table = QualifiedName(schema: "public", name: "messages")

    private static func catalog(_ change: (inout Table) -> Void = { _ in }) -> Catalog {
        var messages = Table(
            name: table,
            columns: [
                Table.Column(name: "id", type: "bigint", isNullable: false), Table.Column(name: "b", type: "text"),
            ],
            indexes: [index],
            constraints: [Constraint(name: "messages_pkey", kind: .primaryKey, columns: ["id"])]
        )
        change(&messages)
        let own = [
            Table(name: QualifiedName(schema: "martlet", name: "migrations"), columns: []),
            Table(name: QualifiedName(schema: "main", name: "martlet_migrations"), columns: []),
        ]
        return Catalog(
            dialect: .postgres,
            version: "15",
            database: "d",
            sizeBytes: 1,
            tables: [own[0], messages],
            readAt: Timestamp(microsecondsSince1970: 0)
        )
    }

    @Test("does not see sizes, usage, statistics or Martlet's own tables")
    func ignores() {
        let plain = SchemaSnapshot(Self.catalog())
        var used = Self.catalog { table in
            table.estimatedRows = 7
            table.tableBytes = 8
            table.indexBytes = 9
            table.usage = Table.Usage(sequentialScans: 3)
            table.columns[0].distinctValues = -1
            table.indexes[0].scans = 4
            table.indexes[0].sizeBytes = 5
        }
        used.tables.removeFirst()
        used.sizeBytes = 2
        used.readAt = Timestamp(microsecondsSince1970: 1)
        #expect(SchemaSnapshot(used) == plain)
        #expect(SchemaSnapshot(used).digest == plain.digest)
        #expect(plain.difference(to: SchemaSnapshot(used)).isEmpty)
    }

    static let changes: [@Sendable (inout Table) -> Void] = [
        { $0.columns[1].isNullable = false }, { $0.columns[1].type = "varchar" }, { $0.columns.swapAt(0, 1) },
        { $0.columns[1].defaultSQL = "''" }, { $0.indexes[0].keys[0].isDescending = true }, { $0.indexes = [] },
        { $0.indexes[0].predicate = "b IS NULL" }, { $0.indexes[0].isValid = false },
        { $0.indexes[0].included = ["b"] },
        { $0.indexes[0].isUnique = true }, { $0.constraints[0].columns = ["b"] },
        { $0.constraints[0].isValidated = false },
        { $0.isWithoutRowID = true }, { $0.kind = .partitioned },
    ]

    @Test("sees every change of the schema", arguments: changes.indices)
    func sees(change: Int) {
        let before = SchemaSnapshot(Self.catalog())
        let after = SchemaSnapshot(Self.catalog(Self.changes[change]))
        #expect(before.digest != after.digest)
        #expect(!before.difference(to: after).isEmpty)
        #expect(after.difference(to: before).count == before.difference(to: after).count)
    }

    @Test("shows what has gone and what has come")
    func shows() {
        let before = SchemaSnapshot(Self.catalog())
        let after = SchemaSnapshot(Self.catalog { $0.indexes[0].isUnique = true })
        #expect(
            before.difference(to: after) == [
                #"- index "public"."by_user": btree on "public"."messages" ("user_id")"#,
                #"+ index "public"."by_user": btree on "public"."messages" ("user_id") unique"#,
            ]
        )
    }

    @Test("is the same after a migration and its rollback", arguments: Dialect.allCases)
    func isRestored(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        func snapshot() async throws -> SchemaSnapshot {
            SchemaSnapshot(try await database.engine.withConnection(.readOnly) { try await $0.catalog() })
        }
        let before = try await snapshot()
        let migration = try database.migration(.createIndex(database.definition))
        _ = try await database.runner().apply(migration)
        let difference = before.difference(to: try await snapshot())
        #expect(difference.count == 1)
        #expect(difference.first?.hasPrefix("+ index ") == true)
        _ = try await database.runner().rollback(migration.id)
        #expect(before.difference(to: try await snapshot()).isEmpty)
    }
}
