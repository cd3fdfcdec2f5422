import CaseStudies
import Dispatch
import Foundation
import Martlet
import MartletCore
import Synchronization
import Testing

@Suite("Logins of the component chat")
struct AuthLoginTests {
    private static let now = Timestamp(microsecondsSince1970: 1_761_609_600_000_000)
    private static let password = "correct horse battery staple"
    private let study = AuthChatCaseStudy()
    private let hasher = PasswordHasher(onCallersThreadAt: AuthChatCaseStudy.cost(of: .small))

    @Test("five who come at once get five sessions and ten tokens, in as few statements", arguments: Dialect.allCases)
    func five(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, indexes: .expert, way: .expert) { fixture in
            let operation = try fixture.operation("4f")
            // SQLite takes three statements for what PostgreSQL writes in one.
            let expected: [Way: Int] = [.before: 35, .seed: 25, .expert: dialect == .sqlite ? 20 : 10]
            for (way, statements) in expected {
                let recorder = TraceRecorder()
                let body = try #require(operation.ways[way])
                try await RecordingEngine(fixture.engine, recorder: recorder)
                    .withConnection(.readWrite) { connection in
                        let rows = try await recorder.withTrace("4f") { try await body(connection) }
                        #expect(rows == [[5]], "\(way.rawValue)")
                    }
                let trace = try #require(recorder.traces.first)
                #expect(trace.executions.count == statements, "\(way.rawValue)")
                #expect(trace.executions.allSatisfy { !$0.failed })
                if way == .before { #expect(trace.roundTrips == 35, "one after the other") }
                if way == .expert { #expect(2...10 ~= trace.roundTrips, "two of each, which may overlap") }
            }
            let sessions = fixture.table("sessions")
            let tokens = fixture.table("user_tokens")
            #expect(try await fixture.integer("SELECT count(*) - 1000 FROM \(sessions)") == 15)
            // The last generated token was made at that instant, too.
            let added = try await fixture.integer("SELECT count(*) - 1 FROM \(tokens) WHERE created_at = \(Self.now)")
            #expect(added == 30)
        }
    }

    @Test("while passwords are hashed, others are answered", arguments: Dialect.allCases)
    func othersAreAnswered(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, way: .expert) { fixture in
            let workers = CoreWorkers(threadsMax: 1)
            let opening = DispatchSemaphore(value: 0)
            let blocker = Task { try await workers.run { opening.wait() } }
            let login = Task {
                try await fixture.engine.withConnection(.readWrite) { connection in
                    let hasher = PasswordHasher(cost: AuthChatCaseStudy.cost(of: .small), workers: workers)
                    return try await AuthLogin(hasher: hasher).login(user: 1, .expert, on: connection)
                }
            }
            for _ in 0..<5_000 where workers.waiting == 0 { try await Task.sleep(for: .milliseconds(2)) }
            #expect(workers.waiting == 1, "the login waits for a thread")
            let user = try await fixture.integer("SELECT count(*) FROM \(fixture.table("users"))")
            #expect(user == 500)
            opening.signal()
            try await blocker.value
            #expect(try await login.value != nil)
        }
    }

    @Test(
        "only the right password lets in, and only the expert knows an address however it is written",
        arguments: Dialect.allCases
    )
    func credentials(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, way: .expert) { fixture in
            let connection = try await fixture.engine.connect(.readWrite)
            for way in [Way.before, .seed, .expert] {
                func isIn(_ email: String, _ password: String) async throws -> Bool {
                    try await AuthLogin(hasher: hasher)
                        .login(email: email, password: password, at: Self.now, way, on: connection) != nil
                }
                #expect(try await isIn("user9@example.com", Self.password))
                #expect(try await !isIn("user9@example.com", Self.password + " "))
                #expect(try await !isIn("user9@example.com", ""))
                #expect(try await !isIn("user501@example.com", Self.password))
                #expect(try await isIn("User9@Example.com", Self.password) == (way == .expert))
            }
            await connection.close()
        }
    }

    @Test("a login replaces a hash of less work than is asked for now", arguments: Dialect.allCases)
    func rehash(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, way: .expert) { fixture in
            let cost = try #require(PasswordCost(configured: 10))
            let login = AuthLogin(hasher: PasswordHasher(onCallersThreadAt: cost))
            try await fixture.engine.withConnection(.readWrite) { connection in
                func hash(of user: Int) async throws -> String {
                    let id = AuthChatID.user(user)
                    let rows = try await connection.run(
                        "SELECT password_hash FROM \(fixture.table("users")) WHERE id = \(id)"
                    )
                    return try rows[0].decode(at: 0)
                }
                #expect(try await PasswordCost(of: hash(of: 3)) == AuthChatCaseStudy.cost(of: .small))
                #expect(try await login.login(user: 3, .expert, on: connection) != nil)
                let renewed = try await hash(of: 3)
                #expect(PasswordCost(of: renewed) == cost)
                #expect(try await login.login(user: 3, .expert, on: connection) != nil)
                #expect(try await hash(of: 3) == renewed, "a hash that is good enough stays")
                #expect(try await PasswordCost(of: hash(of: 4)) == AuthChatCaseStudy.cost(of: .small))
            }
        }
    }

    @Test(
        "a password that is changed while it is checked lets nobody in any more; the document lets him in",
        arguments: Dialect.allCases
    )
    func passwordChangedMeanwhile(dialect: Dialect) async throws {
        for way in [Way.before, .seed, .expert] {
            try await CaseFixture.with(study, dialect, way: .expert) { fixture in
                let users = fixture.table("users")
                let intruder = Intruder(afterCalls: 1) {
                    try await fixture.engine.withConnection(.readWrite) { other in
                        let user = AuthChatID.user(5)
                        _ = try await other.run("UPDATE \(users) SET password_hash = 'changed' WHERE id = \(user)")
                    }
                }
                let signIn = try await fixture.engine.withConnection(.readWrite) { connection in
                    try await AuthLogin(hasher: hasher).login(user: 5, way, on: intruder.watching(connection))
                }
                try intruder.rethrow()
                #expect((signIn == nil) == (way == .expert), "\(way.rawValue)")
                let sessions = try await fixture.integer("SELECT count(*) - 1000 FROM \(fixture.table("sessions"))")
                #expect(sessions == (way == .expert ? 0 : 1), "\(way.rawValue)")
            }
        }
    }

    @Test(
        "as much is hashed for an unknown address as for a known one; the document hashes nothing, and so tells",
        arguments: Dialect.allCases
    )
    func unknownUser(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, way: .expert) { fixture in
            let connection = try await fixture.engine.connect(.readWrite)
            for way in [Way.before, .seed, .expert] {
                for user in [1, 501] {
                    let workers = CoreWorkers(threadsMax: 1)
                    let hasher = PasswordHasher(cost: AuthChatCaseStudy.cost(of: .small), workers: workers)
                    let signIn = try await AuthLogin(hasher: hasher)
                        .login(
                            email: "user\(user)@example.com",
                            password: "a guess",
                            at: Self.now,
                            way,
                            on: connection
                        )
                    #expect(signIn == nil)
                    #expect(workers.begun == (user == 1 || way == .expert ? 1 : 0), "\(user) \(way.rawValue)")
                }
            }
            await connection.close()
        }
    }

    @Test("a sign-up hashes as often as a login: once", arguments: Dialect.allCases)
    func signUp(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, way: .expert) { fixture in
            let connection = try await fixture.engine.connect(.readWrite)
            for way in [Way.before, .seed, .expert] {
                let workers = CoreWorkers(threadsMax: 1)
                let hasher = PasswordHasher(cost: AuthChatCaseStudy.cost(of: .small), workers: workers)
                let email = "\(way.rawValue)@example.com"
                let form = AuthSignup.Form(email: email, password: Self.password, name: "Ada")
                let registration = try await AuthSignup(hasher: hasher).signUp(form, at: Self.now, way, on: connection)
                #expect(registration != nil)
                #expect(workers.begun == 1, "\(way.rawValue)")
                let signIn = try await AuthLogin(hasher: hasher)
                    .login(email: email, password: Self.password, at: Self.now, way, on: connection)
                #expect(signIn != nil)
                #expect(workers.begun == 2, "\(way.rawValue)")
            }
            await connection.close()
        }
    }
}

extension AuthLogin {
    /// The login of a user of the data set.
    func login(user: Int, _ way: Way, on connection: any Connection) async throws -> AuthSignIn? {
        try await login(
            email: "user\(user)@example.com",
            password: "correct horse battery staple",
            at: Timestamp(microsecondsSince1970: 1_761_609_600_000_000),
            way,
            on: connection
        )
    }
}
