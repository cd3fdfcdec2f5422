import CaseStudies
import MartletCore
import Synchronization
import Testing

@Suite("Refresh tokens of the component chat")
struct AuthRefreshTests {
    /// The end of the history, when the logins take place that these tests begin with.
    private static let now = Timestamp(microsecondsSince1970: 1_761_609_600_000_000)
    private let study = AuthChatCaseStudy()
    private let hasher = PasswordHasher(onCallersThreadAt: AuthChatCaseStudy.cost(of: .small))

    @Test("a token that is used twice ends its sign-in, and no other", arguments: Dialect.allCases)
    func replay(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, way: .expert) { fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                let stolen = try #require(try await signIn(connection))
                let other = try #require(try await signIn(connection))
                let first = try #require(try await refresh(stolen.refresh, .expert, connection))
                let second = try #require(try await refresh(first[1], .expert, connection))
                #expect(try await isAccepted(second[0], connection))
                #expect(try await refresh(stolen.refresh, .expert, connection) == nil, "it was used before")
                #expect(try await refresh(second[1], .expert, connection) == nil, "whoever has it must sign in again")
                for access in [stolen.access, first[0], second[0]] {
                    #expect(try await !isAccepted(access, connection))
                }
                #expect(try await isAccepted(other.access, connection))
                #expect(try await refresh(other.refresh, .expert, connection) != nil)
            }
        }
    }

    @Test("with the document's way a thief's tokens live on beside the owner's", arguments: Dialect.allCases)
    func undetectedReplay(dialect: Dialect) async throws {
        for way in [Way.before, .seed] {
            try await CaseFixture.with(study, dialect) { fixture in
                let stolen = AuthToken.numbered(Self.livingRefreshToken)
                let thief = Mutex<[AuthToken]?>(nil)
                // The thief shows the token between the owner's read and write.
                let intruder = Intruder(afterCalls: 1) {
                    try await fixture.engine.withConnection(.readWrite) { other in
                        let tokens = try await AuthRefresh().refresh(stolen, at: Self.now, way, on: other)
                        thief.withLock { $0 = tokens }
                    }
                }
                try await fixture.engine.withConnection(.readWrite) { connection in
                    let owner = try await AuthRefresh()
                        .refresh(stolen, at: Self.now, way, on: intruder.watching(connection))
                    try intruder.rethrow()
                    for tokens in [owner, thief.withLock { $0 }] {
                        let refreshed = try #require(tokens, "both are served: \(way.rawValue)")
                        #expect(try await refresh(refreshed[1], way, connection) != nil)
                    }
                    #expect(try await refresh(stolen, way, connection) == nil)
                }
            }
        }
    }

    @Test("of sixteen who show a token at once one is served at the most", arguments: Dialect.allCases)
    func racing(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, way: .expert) { fixture in
            let token = AuthToken.numbered(Self.livingRefreshToken)
            let served = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        try await fixture.engine.withConnection(.readWrite) { connection in
                            try await refresh(token, .expert, connection) != nil
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(served == 1)
            let living = try await fixture.integer(
                """
                SELECT count(*) FROM \(fixture.table("user_tokens"))
                WHERE family_id = \(AuthChatID.token(Self.livingRefreshToken)) AND NOT revoked
                """
            )
            #expect(living == 0, "the fifteen others were replays")
        }
    }

    @Test("a pair that is being added while its sign-in is ended does not outlive it")
    func rotationInFlight() async throws {
        try await CaseFixture.with(study, .postgres, way: .expert) { fixture in
            let engine = fixture.engine
            let (old, current) = try await engine.withConnection(.readWrite) { connection in
                let signIn = try #require(try await signIn(connection))
                let next = try #require(try await refresh(signIn.refresh, .expert, connection))
                return (signIn.refresh, next[1])
            }
            try await engine.withConnection(.readWrite) { connection in
                try await connection.run("BEGIN")
                let rotated = try #require(try await refresh(current, .expert, connection))
                let replay = Task {
                    try await engine.withConnection(.readWrite) { try await refresh(old, .expert, $0) }
                }
                try await waitForLock(on: engine)
                try await connection.run("COMMIT")
                #expect(try await replay.value == nil)
                #expect(try await !isAccepted(rotated[0], connection))
                #expect(try await refresh(rotated[1], .expert, connection) == nil)
            }
        }
    }

    @Test(
        "what has expired, was revoked, is unknown or is for something else buys nothing",
        arguments: Dialect.allCases
    )
    func refused(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, way: .expert) { fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                for way in [Way.before, .seed, .expert] {
                    for number in [1, 2, 3, 4, Self.livingAccessToken, Self.revokedRefreshToken, -1] {
                        let tokens = try await refresh(.numbered(number), way, connection)
                        #expect(tokens == nil, "\(number) \(way.rawValue)")
                    }
                }
            }
            let revoked = try await fixture.integer(
                "SELECT count(*) FROM \(fixture.table("user_tokens")) WHERE revoked"
            )
            // Four of eight places of what expired, for 500 users; two living ones of every twentieth.
            #expect(revoked == 2_000 + 50, "what belongs to others is left alone")
        }
    }

    // MARK: Parts

    /// The first user's place nine, by the shape of the data: nine and one is even.
    private static let livingRefreshToken = 4_501
    private static let livingAccessToken = 4_001
    /// User 20's tokens are revoked: place eight and twenty is even.
    private static let revokedRefreshToken = 4_020

    private func signIn(_ connection: any Connection) async throws -> AuthSignIn? {
        try await AuthLogin(hasher: hasher).login(user: 2, .expert, on: connection)
    }

    private func refresh(
        _ token: AuthToken,
        _ way: Way,
        _ connection: any Connection
    ) async throws -> [AuthToken]? {
        try await AuthRefresh().refresh(token, at: Self.now, way, on: connection)
    }

    private func isAccepted(_ token: AuthToken, _ connection: any Connection) async throws -> Bool {
        try await AuthVerification().caller(showing: token, at: Self.now, .expert, on: connection) != nil
    }

    /// Waits until a session of this database waits for another's lock.
    private func waitForLock(on engine: any Engine) async throws {
        try await engine.withConnection(.readOnly) { connection in
            for _ in 0..<500 {
                let rows = try await connection.run(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock'
                    """
                )
                if try rows[0].decode(Int.self, at: 0) > 0 { return }
                try await Task.sleep(for: .milliseconds(10))
            }
            Issue.record("nobody waits for a lock")
        }
    }
}
