import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("What is done about an index")
struct IndexDecisionTests {
    private static let index = QualifiedName(schema: "public", name: "i")

    private static func state(valid: Bool = true, constraint: String? = nil, builder: Int? = nil) -> IndexState {
        IndexState(
            table: QualifiedName(schema: "public", name: "t"),
            isValid: valid,
            definition: "CREATE INDEX i ON public.t USING btree (a)",
            constraint: constraint,
            builder: builder
        )
    }

    private func decide(_ sql: String, _ found: IndexState?, _ isExpected: Bool?) throws -> IndexDecision {
        let action = try #require(
            IndexAction(MigrationStep(sql: sql, lock: "none", index: Self.index), dialect: .postgres)
        )
        return IndexDecision(action, found: found, isExpected: isExpected)
    }

    private func isRefused(_ decision: IndexDecision) -> Bool {
        if case .refuse = decision { true } else { false }
    }

    @Test("a build runs where nothing is, and never over another index")
    func creates() throws {
        let sql = "CREATE INDEX CONCURRENTLY i ON t (a)"
        #expect(try decide(sql, nil, nil) == .run)
        #expect(try decide(sql, Self.state(), true) == .done)
        #expect(try decide(sql, Self.state(valid: false), true) == .clear([Self.index]))
        #expect(try decide(sql, Self.state(valid: false, builder: 7), nil) == .wait(builder: 7))
        for valid in [true, false] {
            for isExpected in [false, nil] {
                #expect(isRefused(try decide(sql, Self.state(valid: valid), isExpected)))
            }
        }
    }

    @Test("a drop spares constraints and what is not the one that was meant")
    func drops() throws {
        let sql = "DROP INDEX CONCURRENTLY i"
        #expect(try decide(sql, nil, nil) == .done)
        #expect(try decide(sql, Self.state(), true) == .run)
        #expect(try decide(sql, Self.state(), nil) == .run)
        #expect(try decide(sql, Self.state(valid: false), true) == .run)
        #expect(isRefused(try decide(sql, Self.state(), false)))
        #expect(isRefused(try decide(sql, Self.state(constraint: "c"), nil)))
        #expect(try decide(sql, Self.state(valid: false, builder: 7), true) == .wait(builder: 7))
    }

    @Test("a rebuild first drops what an earlier one left")
    func rebuilds() throws {
        let sql = "REINDEX INDEX CONCURRENTLY i"
        var found = Self.state(valid: false)
        #expect(try decide(sql, found, nil) == .run)
        found.leftovers = [QualifiedName(schema: "public", name: "i_ccnew")]
        #expect(try decide(sql, found, nil) == .clear(found.leftovers))
        #expect(try decide(sql, Self.state(), nil) == .done)
        #expect(isRefused(try decide(sql, nil, nil)))
    }

    @Test("a CREATE INDEX is taken apart whatever its names and spelling")
    func takesApart() throws {
        let sql = """
            -- why
            create  Unique INDEX /* now */ concurrently if not exists "a "" b"
              on only "S 1" . "t""." using gin (lower("x")) where y > '''';\u{20}
            """
        let statement = try #require(IndexStatement(sql, dialect: .postgres))
        #expect(statement.isUnique)
        #expect(statement.isOnly)
        #expect(statement.name == ["a \" b"])
        #expect(statement.table == ["S 1", "t\"."])
        #expect(statement.body == #"using gin (lower("x")) where y > ''''"#)
        #expect(IndexStatement(statement.sql(name: "\"n\"", table: "t"), dialect: .postgres)?.body == statement.body)
    }

    @Test(
        "what is no CREATE INDEX with a name is none",
        arguments: [
            "", "CREATE INDEX ON t (a)", "CREATE TABLE t (a)", "DROP INDEX i", "CREATE INDEX \"i ON t (a)", "/*",
        ]
    )
    func takesNothingElse(sql: String) {
        #expect(IndexStatement(sql, dialect: .postgres) == nil)
        #expect(IndexStatement(sql, dialect: .sqlite) == nil)
    }

    @Test(
        "spelling makes no other index, and everything else does",
        arguments: [
            ("create index j on main.T ( A asc,\"b\" DESC )", true), ("CREATE INDEX i ON t (b DESC, a)", false),
            ("CREATE UNIQUE INDEX i ON t (a, b DESC)", false), ("CREATE INDEX i ON u (a, b DESC)", false),
            ("CREATE INDEX [i] ON `t` ([A], /* ) */ `b` DESC); -- ;", true),
            ("CREATE INDEX i ON t (a, 'b' DESC)", false),
            ("CREATE INDEX i ON t (a, b)", false), ("CREATE INDEX i ON t (a, b DESC) WHERE a > 'X'", false),
        ]
    )
    func compares(sql: String, isSame: Bool) throws {
        let statement = try #require(IndexStatement(#"CREATE INDEX "i" ON "t" ("a", "b" DESC)"#, dialect: .sqlite))
        #expect(try #require(IndexStatement(sql, dialect: .sqlite)).isSame(as: statement) == isSame)
    }

    @Test("letter case counts within constants")
    func keepsConstants() throws {
        let statement = try #require(IndexStatement("CREATE INDEX i ON t (a) WHERE b = 'It''s'", dialect: .sqlite))
        let same = try #require(IndexStatement("CREATE INDEX i ON t (a) where B='It''s'", dialect: .sqlite))
        let other = try #require(IndexStatement("CREATE INDEX i ON t (a) WHERE b = 'it''s'", dialect: .sqlite))
        #expect(statement.isSame(as: same))
        #expect(!statement.isSame(as: other))
    }

    @Test("each state can reach an end, and none leaves a rollback half way")
    func statesEnd() {
        for state in MigrationState.allCases { #expect(!state.successors.contains(state)) }
        #expect(MigrationState.rollingBack.successors == [.rolledBack, .forgotten])
        #expect(!MigrationState.planned.successors.contains(.applied))
        var reached: Set<MigrationState> = [.planned]
        for _ in MigrationState.allCases { reached.formUnion(reached.flatMap(\.successors)) }
        #expect(reached == Set(MigrationState.allCases))
    }

    @Test("pauses double up to a bound")
    func pauses() {
        let policy = MigrationPolicy(firstPause: .seconds(1), longestPause: .seconds(5))
        #expect((1...5).map { policy.pause(afterAttempt: $0) } == [1, 2, 4, 5, 5].map { .seconds($0) })
        #expect(policy.pause(afterAttempt: 1_000_000) == .seconds(5))
    }
}
