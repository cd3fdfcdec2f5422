import CaseStudies
import Martlet
import MartletCore
import Testing

@Suite("New accounts of the component chat")
struct AuthSignupTests {
    private static let now = Timestamp(microsecondsSince1970: 1_761_609_600_000_000)
    private let study = AuthChatCaseStudy()
    private let hasher = PasswordHasher(onCallersThreadAt: AuthChatCaseStudy.cost(of: .small))

    @Test("who has signed up is let in by what he got, and by his password", arguments: Dialect.allCases)
    func signUp(dialect: Dialect) async throws {
        for way in [Way.before, .seed, .expert] {
            try await CaseFixture.with(study, dialect, way: .expert) { fixture in
                let connection = try await fixture.engine.connect(.readWrite)
                let registration = try #require(try await signUp("ada@example.com", way, connection))
                let tokens = try await connection.run(
                    """
                    SELECT type FROM \(fixture.table("user_tokens")) WHERE user_id = \(registration.signIn.user)
                    ORDER BY type
                    """
                )
                #expect(tokens.map { $0[0] } == ["access", "refresh", "verify"])
                let caller = try await AuthVerification()
                    .caller(showing: registration.signIn.access, at: Self.now, way, on: connection)
                #expect(caller?.user == registration.signIn.user)
                #expect(caller?.roles == ["user"])
                let login = try await AuthLogin(hasher: hasher)
                    .login(email: "ada@example.com", password: "open sesame", at: Self.now, way, on: connection)
                #expect(login?.user == registration.signIn.user)
                #expect(try await signUp("ada@example.com", way, connection) == nil, "the address is taken")
                await connection.close()
            }
        }
    }

    @Test(
        "one address gets one account, however it is written and however many ask at once",
        arguments: Dialect.allCases
    )
    func uniqueAddress(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, indexes: .seed, way: .before) { fixture in
            let connection = try await fixture.engine.connect(.readWrite)
            #expect(try await signUp("USER1@example.com", .seed, connection) != nil, "a second account of one address")
            await connection.close()
        }
        try await CaseFixture.with(study, dialect, way: .expert) { fixture in
            let opened = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<16 {
                    group.addTask {
                        try await fixture.engine.withConnection(.readWrite) { connection in
                            let email = number.isMultiple(of: 2) ? "ada@example.com" : "Ada@Example.com"
                            return try await signUp(email, .expert, connection) != nil
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(opened == 1)
            #expect(try await fixture.integer("SELECT count(*) FROM \(fixture.table("users"))") == 501)
            #expect(try await fixture.integer("SELECT count(*) FROM \(fixture.table("sessions"))") == 1_001)
            #expect(try await fixture.integer("SELECT count(*) FROM \(fixture.table("user_tokens"))") == 5_003)
        }
    }

    @Test(
        "an account that fails at its end is not half there, unless it was made step by step",
        arguments: Dialect.allCases
    )
    func halfAccount(dialect: Dialect) async throws {
        for way in [Way.before, .seed, .expert] {
            try await CaseFixture.with(study, dialect, way: .expert) { fixture in
                let connection = try await fixture.engine.connect(.readWrite)
                try await connection.runScript(refusal(of: "verify", dialect))
                await #expect(throws: EngineError.self) { try await signUp("ada@example.com", way, connection) }
                await connection.close()
                let users = try await fixture.integer("SELECT count(*) - 500 FROM \(fixture.table("users"))")
                #expect(users == (way == .expert ? 0 : 1), "\(way.rawValue)")
            }
        }
    }

    @Test("a mail that cannot be sent fails the document's request, and the account is there all the same")
    func mail() async throws {
        struct MailServerIsDown: Error {}
        let signup = AuthSignup(hasher: hasher) { _, _ in throw MailServerIsDown() }
        let form = AuthSignup.Form(email: "ada@example.com", password: "open sesame", name: "Ada")
        for way in [Way.before, .seed, .expert] {
            try await CaseFixture.with(study, .sqlite, way: .expert) { fixture in
                let connection = try await fixture.engine.connect(.readWrite)
                if way == .expert {
                    #expect(try await signup.signUp(form, at: Self.now, way, on: connection) != nil)
                } else {
                    await #expect(throws: MailServerIsDown.self) {
                        try await signup.signUp(form, at: Self.now, way, on: connection)
                    }
                }
                await connection.close()
                #expect(try await fixture.integer("SELECT count(*) FROM \(fixture.table("users"))") == 501)
            }
        }
    }

    private func signUp(
        _ email: String,
        _ way: Way,
        _ connection: any Connection
    ) async throws -> AuthSignup.Registration? {
        let form = AuthSignup.Form(email: email, password: "open sesame", name: "Ada")
        return try await AuthSignup(hasher: hasher).signUp(form, at: Self.now, way, on: connection)
    }

    /// Refuses new tokens of a type, as a full disk might in the middle of a request.
    private func refusal(of type: String, _ dialect: Dialect) -> String {
        switch dialect {
        case .postgres:
            "ALTER TABLE authchat.user_tokens ADD CHECK (type <> '\(type)') NOT VALID"
        case .sqlite:
            """
            CREATE TRIGGER refusal BEFORE INSERT ON user_tokens WHEN new.type = '\(type)'
            BEGIN SELECT raise(ABORT, 'refused'); END
            """
        }
    }
}
