import CaseStudies
import Martlet
import MartletCore
import Testing

@Suite("Limits on logins of the component chat")
struct AuthGateTests {
    private let study = AuthChatCaseStudy()

    @Test(
        "the sixth try for an account is refused, wherever it comes from; so is the fourth from an address",
        arguments: Dialect.allCases
    )
    func limits(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            let gate = AuthGate(
                for: dialect,
                account: RateLimit(5, per: .seconds(3_600)),
                address: RateLimit(3, per: .seconds(3_600))
            )
            let connection = try await fixture.engine.connect(.readWrite)
            try await gate.limiter.install(on: connection)
            func admit(_ email: String, _ address: String) async throws -> RateDecision {
                try await gate.admit(email: email, address: address, on: connection)
            }
            for host in 1...5 {
                #expect(
                    try await admit(host == 2 ? "USER1@example.com" : "user1@example.com", "10.0.0.\(host)").isAllowed
                )
            }
            guard case .denied(let wait) = try await admit("user1@example.com", "10.0.0.6") else {
                Issue.record("the sixth was let through")
                return
            }
            // One of five tries comes back in a fifth of an hour.
            #expect(wait > .seconds(600) && wait <= .seconds(720))
            // What was refused for its account has cost its address nothing.
            for user in 2...4 { #expect(try await admit("user\(user)@example.com", "10.0.0.6").isAllowed) }
            #expect(try await !admit("user5@example.com", "10.0.0.6").isAllowed)
            #expect(try await admit("user5@example.com", "10.0.0.7").isAllowed)
            await connection.close()
        }
    }

    @Test("of sixteen tries at once five are let through", arguments: Dialect.allCases)
    func racing(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            let gate = AuthGate(for: dialect, account: RateLimit(5, per: .seconds(3_600)))
            try await fixture.engine.withConnection(.readWrite) { try await gate.limiter.install(on: $0) }
            let admitted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for host in 0..<16 {
                    group.addTask {
                        try await fixture.engine.withConnection(.readWrite) { connection in
                            try await gate.admit(email: "user1@example.com", address: "10.0.0.\(host)", on: connection)
                                .isAllowed
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(admitted == 5)
        }
    }
}
