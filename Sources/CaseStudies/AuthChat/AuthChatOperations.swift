import Foundation
import Martlet
import MartletCore

/// The rows of the component chat: what is run, for which user, token and session.
struct AuthChatOperations: Sendable {
    let size: CaseSize
    /// One for all: the threads that hash, as many as there are cores.
    private let hasher: PasswordHasher
    /// The document's server has one loop for everything.
    private let hasherOfOneLoop: PasswordHasher

    private static let ways = [Way.before, .seed, .expert]
    /// Views of a profile within the five minutes that a cache keeps it.
    private static let views = 100
    private static let loginsAtOnce = 5
    /// Room for some ten thousand profiles.
    private static let profileBytesMax = 4 << 20

    init(size: CaseSize) {
        self.size = size
        let cost = AuthChatCaseStudy.cost(of: size)
        hasher = PasswordHasher(cost: cost, workers: CoreWorkers())
        hasherOfOneLoop = PasswordHasher(cost: cost, workers: CoreWorkers(threadsMax: 1))
    }

    var all: [CaseOperation] {
        [signup, login, unknownLogin, verification, profile, cachedProfile, refresh, loginsTogether, queries]
    }

    private var signup: CaseOperation {
        var operation = CaseOperation(
            id: "4a",
            title: "open an account",
            claimedRatio: nil,
            claim: "none: 2,364 ms, \"still optimizing\"",
            change: .rolledBack,
            ways: Self.ways
        ) { way, connection in
            let form = AuthSignup.Form(email: "new@example.com", password: AuthChatData.password, name: "New")
            let registration = try await AuthSignup(hasher: hasher(of: way))
                .signUp(form, at: DataSeed.end, way, on: connection)
            return [[.bool(registration != nil)]]
        }
        operation.floor = CaseOperation.Floor("the hash alone") { [hasher] _ in
            [[.bool(try await !hasher.hash(AuthChatData.password).isEmpty)]]
        }
        return operation
    }

    private var login: CaseOperation {
        var operation = CaseOperation(
            id: "4b",
            title: "let a user in",
            claimedRatio: 3.3...3.4,
            claim: "2,357 to 707 ms (3.3x)",
            change: .rolledBack,
            ways: Self.ways
        ) { way, connection in
            let signIn = try await AuthLogin(hasher: hasher(of: way)).login(user: 7, way, on: connection)
            return [[(signIn?.user).value]]
        }
        operation.limit = "the password is hashed in every way, and that takes most of what is left"
        operation.floor = CaseOperation.Floor("the hash alone") { [hasher] _ in
            [[.bool(try await hasher.verify(AuthChatData.password, against: nil))]]
        }
        return operation
    }

    private var unknownLogin: CaseOperation {
        CaseOperation(
            id: "4b-unknown",
            title: "refuse somebody without an account",
            claimedRatio: nil,
            claim: "none: the answer comes at once, and so tells who has an account",
            change: .nothing,
            ways: Self.ways
        ) { way, connection in
            let signIn = try await AuthLogin(hasher: hasher(of: way)).login(user: 0, way, on: connection)
            return [[.bool(signIn != nil)]]
        }
    }

    private var verification: CaseOperation {
        CaseOperation(
            id: "4c",
            title: "tell whose token it is",
            claimedRatio: 25...25,
            claim: "275 to 11 ms (25x)",
            change: .nothing,
            ways: Self.ways
        ) { way, connection in
            let caller = try await AuthVerification()
                .caller(showing: token(.access, connection.dialect), at: DataSeed.end, way, on: connection)
            return caller.map { [[.uuid($0.user), .text($0.roles.joined(separator: " "))]] } ?? []
        }
    }

    private var profile: CaseOperation {
        CaseOperation(
            id: "4d",
            title: "show a user's profile, read from the database",
            claimedRatio: nil,
            claim: "none: the document's 0.6 ms are a hit of its cache",
            change: .nothing,
            ways: Self.ways
        ) { way, connection in
            Self.rows(try await AuthProfile.read(of: AuthChatID.user(7), way, on: connection))
        }
    }

    private var cachedProfile: CaseOperation {
        let gauge = CacheGauge()
        var operation = CaseOperation(
            id: "4d-cached",
            title: "show a user's profile 100 times within five minutes",
            claimedRatio: 100...100,
            claim: "60 to 0.6 ms (100x), by a cache",
            change: .nothing,
            ways: Self.ways
        ) { way, connection in
            let user = AuthChatID.user(7)
            let map = AuthExpiringMap<UUID, AuthProfile>()
            let cache = Cache<UUID, AuthProfile>(bytesMax: Self.profileBytesMax) { _, profile in profile.bytes }
            var profile: AuthProfile?
            for _ in 0..<Self.views {
                switch way {
                case .before, .fair: profile = try await AuthProfile.read(of: user, way, on: connection)
                case .seed:
                    profile = try await map.value(for: user) {
                        try await AuthProfile.read(of: user, way, on: connection)
                    }
                case .expert:
                    profile = try await cache.value(for: user) {
                        try await AuthProfile.read(of: user, way, on: connection)
                    }
                }
            }
            switch way {
            case .before, .fair: break
            case .seed: gauge.note(map.bytes(of: \.bytes), of: way)
            case .expert: gauge.note(cache.metrics.weight, of: way)
            }
            return Self.rows(profile)
        }
        operation.cacheBytes = { gauge[$0] }
        return operation
    }

    private var refresh: CaseOperation {
        CaseOperation(
            id: "4e",
            title: "trade a refresh token for new tokens",
            claimedRatio: 1.9...1.9,
            claim: "502 to 266 ms (1.9x)",
            change: .rolledBack,
            ways: Self.ways
        ) { way, connection in
            let tokens = try await AuthRefresh()
                .refresh(token(.refresh, connection.dialect), at: DataSeed.end, way, on: connection)
            return [[.integer(Int64(tokens?.count ?? 0))]]
        }
    }

    private var loginsTogether: CaseOperation {
        var operation = CaseOperation(
            id: "4f",
            title: "let five users in who come at once",
            claimedRatio: 1.1...1.3,
            claim: "2,989 ms, 1.18x of one after the other",
            change: .rolledBack,
            ways: Self.ways
        ) { way, connection in
            let login = AuthLogin(hasher: way == .seed ? hasherOfOneLoop : hasher(of: way))
            guard way != .before else {
                var count: Int64 = 0
                for user in 1...Self.loginsAtOnce where try await login.login(user: user, way, on: connection) != nil {
                    count += 1
                }
                return [[.integer(count)]]
            }
            let count = try await Self.countOfTrue { try await login.login(user: $0, way, on: connection) != nil }
            return [[.integer(count)]]
        }
        operation.isLoad = true
        operation.floor = CaseOperation.Floor("the five hashes alone") { [hasher] _ in
            let count = try await Self.countOfTrue { _ in
                try await !hasher.verify(AuthChatData.password, against: nil)
            }
            return [[.integer(count)]]
        }
        operation.bystander = { connection in
            let users = AuthChatTables(connection.dialect).users
            return try await connection.run("SELECT name FROM \(users) WHERE id = \(AuthChatID.user(7))").map(\.values)
        }
        return operation
    }

    /// How many of the users who come at once see it come true.
    private static func countOfTrue(_ body: @escaping @Sendable (Int) async throws -> Bool) async throws -> Int64 {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for user in 1...loginsAtOnce {
                group.addTask { try await body(user) }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    private var queries: CaseOperation {
        CaseOperation(
            id: "4g",
            title: "each query of the application, by each index set",
            claimedRatio: nil,
            claim: "\"coverage 100 %\" with 19 indexes",
            change: .nothing,
            ways: Self.ways
        ) { way, connection in
            var results: [[Value]] = []
            for query in AuthChatQuery.all(way, in: connection.dialect, size: size) {
                let rows = try await connection.run(query.statement)
                results.append([.text(query.name), .integer(Int64(rows.count))])
                if query.isOrdered { results += rows.map(\.values) }
            }
            return results
        }
    }

    private func hasher(of way: Way) -> PasswordHasher {
        way == .expert ? hasher : PasswordHasher(onCallersThreadAt: hasher.cost)
    }

    private func token(_ type: AuthTokenType, _ dialect: Dialect) -> AuthToken {
        .numbered(AuthChatShape(size: size, dialect: dialect).livingToken(type))
    }

    private static func rows(_ profile: AuthProfile?) -> [[Value]] {
        guard let profile else { return [] }
        return [
            [
                .text(profile.name), .text(profile.email), .text(profile.roles.joined(separator: " ")),
                .integer(Int64(profile.activeSessions)),
            ]
        ]
    }
}

extension AuthLogin {
    /// The login of a user of the data set; user 0 is nobody.
    fileprivate func login(user: Int, _ way: Way, on connection: any Connection) async throws -> AuthSignIn? {
        try await login(
            email: "user\(user)@example.com",
            password: AuthChatData.password,
            at: DataSeed.end,
            way,
            on: connection
        )
    }
}
