import MartletAdvisor
import MartletCore
import Testing

@Suite("Planning a migration")
struct ApplyingPlannerTests {
    private static func catalog(
        _ dialect: Dialect,
        version: String = "15.18",
        kind: Table.Kind = .ordinary,
        constraints: [Constraint] = []
    ) -> Catalog {
        let table = Table(name: table, kind: kind, columns: [], constraints: constraints)
        return Catalog(
            dialect: dialect,
            version: version,
            database: "test",
            sizeBytes: 0,
            tables: [table],
            readAt: Timestamp(microsecondsSince1970: 0)
        )
    }

    private static let table = QualifiedName(schema: "public", name: "mess\"ages")

    private func plan(_ remedy: Remedy, in catalog: Catalog) throws(MigrationError) -> MigrationPlan {
        try MigrationPlanner(catalog: catalog).plan(remedy)
    }

    private static let definition = IndexDefinition(
        name: "by user",
        table: table,
        keys: [
            Index.Key("User"), Index.Key("sent", isDescending: true, nullsFirst: false),
            Index.Key("lower(body)", isExpression: true, collation: "C", operatorClass: "text_pattern_ops"),
            Index.Key("name", nullsFirst: true),
        ],
        included: ["id"],
        predicate: "deleted IS NULL",
        isUnique: true
    )

    @Test("builds an index concurrently, outside a transaction, on PostgreSQL")
    func createsOnPostgres() throws {
        let plan = try plan(.createIndex(Self.definition), in: Self.catalog(.postgres))
        #expect(
            plan.up.map(\.sql) == [
                #"CREATE UNIQUE INDEX CONCURRENTLY "by user" ON "public"."mess""ages" ("User", "#
                    + #""sent" DESC NULLS LAST, (lower(body)) COLLATE "C" "text_pattern_ops", "name" NULLS FIRST) "#
                    + #"INCLUDE ("id") WHERE deleted IS NULL"#
            ]
        )
        #expect(plan.down.map(\.sql) == [#"DROP INDEX CONCURRENTLY "public"."by user""#])
        #expect((plan.up + plan.down).allSatisfy { !$0.isTransactional && $0.index?.name == "by user" })
    }

    @Test("carries columns as the last keys on SQLite, which has no INCLUDE")
    func createsOnSQLite() throws {
        var definition = Self.definition
        definition.isUnique = false
        definition.keys = [Index.Key("User"), Index.Key("sent", isDescending: true, nullsFirst: false)]
        let plan = try plan(.createIndex(definition), in: Self.catalog(.sqlite))
        #expect(
            plan.up.map(\.sql) == [
                #"CREATE INDEX "public"."by user" ON "mess""ages" ("User", "sent" DESC, "id") WHERE deleted IS NULL"#
            ]
        )
        #expect(plan.up.allSatisfy { $0.isTransactional })
        #expect(throws: MigrationError.self) {
            try self.plan(.createIndex(Self.definition), in: Self.catalog(.sqlite))
        }
    }

    @Test("brings a dropped index back by its own definition, concurrently")
    func dropsAndRestores() throws {
        let index = Index(
            name: "i",
            table: Self.table,
            keys: [],
            definition: #"CREATE UNIQUE INDEX i ON public."mess""ages" USING gin (body) WHERE (id > 3)"#
        )
        let plan = try plan(.dropIndex(index), in: Self.catalog(.postgres))
        #expect(plan.up.map(\.sql) == [#"DROP INDEX CONCURRENTLY "public"."i""#])
        #expect(
            plan.down.map(\.sql) == [
                #"CREATE UNIQUE INDEX CONCURRENTLY "i" ON "public"."mess""ages" USING gin (body) WHERE (id > 3)"#
            ]
        )
    }

    @Test(
        "never drops what a constraint or replication stands on, or what could not be brought back",
        arguments: [
            Index(name: "i", table: table, keys: [], isPrimary: true, definition: "CREATE INDEX i ON t (a)"),
            Index(name: "i", table: table, keys: [], constraint: "c", definition: "CREATE INDEX i ON t (a)"),
            Index(name: "i", table: table, keys: [], isReplicaIdentity: true, definition: "CREATE INDEX i ON t (a)"),
            Index(name: "i", table: table, keys: []),
        ]
    )
    func refusesToDrop(index: Index) throws {
        for dialect in Dialect.allCases {
            let error = #expect(throws: MigrationError.self) {
                try plan(.dropIndex(index), in: Self.catalog(dialect))
            }
            #expect(error?.code == .unsupported)
            #expect(error?.changedNothing == true)
        }
    }

    @Test("says why some tables are not for it", arguments: [Table.Kind.foreign, .virtual])
    func refusesKinds(kind: Table.Kind) throws {
        let error = #expect(throws: MigrationError.self) {
            try plan(.createIndex(Self.definition), in: Self.catalog(.postgres, kind: kind))
        }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("mess\"ages") == true)
    }

    @Test("refuses names that PostgreSQL would cut, and tables that are not there")
    func refusesNames() throws {
        var definition = Self.definition
        definition.name = String(repeating: "ä", count: 32)
        #expect(throws: MigrationError.self) { try plan(.createIndex(definition), in: Self.catalog(.postgres)) }
        definition.name.removeLast()
        #expect(throws: Never.self) { try plan(.createIndex(definition), in: Self.catalog(.postgres)) }
        definition.table = QualifiedName(schema: "public", name: "other")
        #expect(throws: MigrationError.self) { try plan(.createIndex(definition), in: Self.catalog(.postgres)) }
    }

    @Test("rebuilds by what the version can do")
    func rebuilds() throws {
        var index = Index(name: "i", table: Self.table, keys: [], isValid: false, definition: "CREATE INDEX i ON t (a)")
        #expect(
            try plan(.rebuildIndex(index), in: Self.catalog(.postgres)).up.map(\.sql)
                == [#"REINDEX INDEX CONCURRENTLY "public"."i""#]
        )
        #expect(
            try plan(.rebuildIndex(index), in: Self.catalog(.postgres, version: "11.22")).up.map(\.sql)
                == [#"DROP INDEX CONCURRENTLY "public"."i""#, #"CREATE INDEX CONCURRENTLY "i" ON "t" (a)"#]
        )
        #expect(
            try plan(.rebuildIndex(index), in: Self.catalog(.sqlite, version: "3.40.1")).up.map(\.sql)
                == [#"REINDEX "public"."i""#]
        )
        index.name = "i_ccnew1"
        #expect(
            try plan(.rebuildIndex(index), in: Self.catalog(.postgres)).up.map(\.sql)
                == [#"DROP INDEX CONCURRENTLY "public"."i_ccnew1""#]
        )
        index.constraint = "no overlap"
        let exclusion = Constraint(name: "no overlap", kind: .exclusion, columns: [])
        #expect(throws: MigrationError.self) {
            try plan(.rebuildIndex(index), in: Self.catalog(.postgres, constraints: [exclusion]))
        }
    }

    @Test("leaves changes to the application to people")
    func refusesAdvice() {
        for remedy in [Remedy.advice("think"), .rewrite(advice: "join", example: nil)] {
            #expect(throws: MigrationError.self) { try plan(remedy, in: Self.catalog(.postgres)) }
        }
    }
}
