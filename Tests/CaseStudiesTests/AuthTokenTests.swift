import CaseStudies
import Foundation
import Martlet
import MartletCore
import Testing

@Suite("Access tokens of the component chat")
struct AuthTokenTests {
    private static let now = Timestamp(microsecondsSince1970: 1_761_609_600_000_000)
    /// The first user's living access token, by the shape of the data.
    private static let living = AuthToken.numbered(4_001)
    private let study = AuthChatCaseStudy()

    @Test("drawn tokens have 256 bits as text, and differ")
    func drawn() {
        var random = SystemRandomNumberGenerator()
        let tokens = (0..<100).map { _ in AuthToken(using: &random) }
        #expect(Set(tokens).count == 100)
        // Six bits to a character: 43 of them hold 256.
        #expect(tokens.allSatisfy { $0.text.utf8.count == 43 && $0.hash.count == 32 })
        #expect(
            AuthToken("abc").hash.map { String($0, radix: 16) }.prefix(4) == ["ba", "78", "16", "bf"],
            "FIPS 180-4"
        )
    }

    @Test("a token is its owner's until it expires or is revoked, and only for requests", arguments: Dialect.allCases)
    func accepted(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, way: .expert) { fixture in
            let connection = try await fixture.engine.connect(.readWrite)
            for way in [Way.before, .seed, .expert] {
                func caller(_ token: AuthToken, at now: Timestamp = Self.now) async throws -> UUID? {
                    try await AuthVerification().caller(showing: token, at: now, way, on: connection)?.user
                }
                #expect(try await caller(Self.living) == AuthChatID.user(1))
                #expect(try await caller(.numbered(4_501)) == nil, "a refresh token")
                #expect(try await caller(.numbered(4_019)) == AuthChatID.user(19))
                #expect(try await caller(.numbered(4_520)) == nil, "revoked")
                #expect(try await caller(.numbered(3)) == nil, "expired")
                #expect(try await caller(AuthToken("")) == nil)
                #expect(try await caller(AuthToken("' OR '1'='1")) == nil)
                let afterIts = Timestamp(microsecondsSince1970: 4_102_444_800_000_000)
                #expect(try await caller(Self.living, at: afterIts) == nil)
            }
            await connection.close()
        }
    }

    @Test(
        "a revoked token is refused from the next request on; a cached answer lets it in for minutes",
        arguments: Dialect.allCases
    )
    func revoked(dialect: Dialect) async throws {
        for way in [Way.before, .expert] {
            try await CaseFixture.with(study, dialect, way: .expert) { fixture in
                let (first, second) = (
                    try await fixture.engine.connect(.readWrite), try await fixture.engine.connect(.readOnly)
                )
                let map = AuthExpiringMap<AuthToken, AuthVerification.Caller>()
                func cached() async throws -> AuthVerification.Caller? {
                    try await map.value(for: Self.living) { try await caller(way, second) }
                }
                #expect(try await cached() != nil)
                #expect(try await AuthVerification().revoke(Self.living, way, on: first))
                #expect(try await !AuthVerification().revoke(Self.living, way, on: first), "once")
                #expect(try await caller(way, second) == nil)
                #expect(try await cached() != nil, "what the document's cache goes on to say")
                await first.close()
                await second.close()
            }
        }
    }

    @Test("who reads the tables of before is let in; who reads hashes is not", arguments: Dialect.allCases)
    func stolenBackup(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, way: .expert) { fixture in
            let connection = try await fixture.engine.connect(.readWrite)
            let tokens = fixture.table("user_tokens")
            let stolen: BoundStatement = """
                SELECT token, token_hash FROM \(tokens) WHERE id = \(AuthChatID.token(4_001))
                """
            let text = try await connection.run(stolen)[0].decode(String.self, at: 0)
            let thief = try await AuthVerification()
                .caller(showing: AuthToken(text), at: Self.now, .seed, on: connection)
            #expect(thief?.user == AuthChatID.user(1))

            #expect(try await AuthCleanup().forgetTexts(on: connection) == 5_000)
            let row = try await connection.run(stolen)[0]
            #expect(row[0].isNull)
            guard case .bytes(let hash) = row[1] else {
                Issue.record("the hash is no bytes")
                return
            }
            let hex = hash.map { String(format: "%02x", $0) }.joined()
            for guess in [hex, Data(hash).base64EncodedString(), String(decoding: hash, as: UTF8.self)] {
                let caller = try await AuthVerification()
                    .caller(showing: AuthToken(guess), at: Self.now, .expert, on: connection)
                #expect(caller == nil)
            }
            #expect(try await caller(.expert, connection)?.user == AuthChatID.user(1), "its owner is let in still")
            await connection.close()
        }
    }

    @Test(
        "clean-up removes in batches what has expired, and goes on where it was interrupted",
        arguments: Dialect.allCases
    )
    func cleanup(dialect: Dialect) async throws {
        struct Crash: Error {}
        try await CaseFixture.with(study, dialect, way: .expert) { fixture in
            let tokens = fixture.table("user_tokens")
            let connection = try await fixture.engine.connect(.readWrite)
            var batches = 0
            await #expect(throws: Crash.self) {
                _ = try await AuthCleanup()
                    .removeExpired(batchRows: 500, on: connection) { _ in
                        batches += 1
                        if batches == 3 { throw Crash() }
                    }
            }
            #expect(try await fixture.integer("SELECT count(*) FROM \(tokens)") == 3_500, "three batches stay done")
            #expect(try await AuthCleanup().removeExpired(batchRows: 500, on: connection) == 2_500)
            #expect(try await fixture.integer("SELECT count(*) FROM \(tokens)") == 1_000, "a fifth lives")
            await connection.close()
        }
        try await CaseFixture.with(study, dialect) { fixture in
            let connection = try await fixture.engine.connect(.readWrite)
            try await connection.run("BEGIN")
            #expect(try await AuthCleanup().removeAllAtOnce(at: Self.now, on: connection) == 4_000)
            // The process ends before the one statement is committed.
            await connection.close()
            let left = try await fixture.integer("SELECT count(*) FROM \(fixture.table("user_tokens"))")
            #expect(left == 5_000)
        }
    }

    private func caller(_ way: Way, _ connection: any Connection) async throws -> AuthVerification.Caller? {
        try await AuthVerification().caller(showing: Self.living, at: Self.now, way, on: connection)
    }
}
