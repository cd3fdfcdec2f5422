import CaseStudies
import Foundation
import Testing

@Suite("Passwords of the component chat")
struct AuthPasswordTests {
    /// A vector of crypt_blowfish, the code that libcrypt has bcrypt from.
    private static let vector = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"

    @Test(
        "knows the password of a published hash, and no other",
        arguments: [("U*U", true), ("U*V", false), ("", false), ("U*U\0", false), ("u*u", false)]
    )
    func vector(password: String, isRight: Bool) {
        #expect(Bcrypt.verify(password, Self.vector) == isRight)
    }

    @Test("accepts no password for what is no hash", arguments: ["", "*", "*0", "$2b$04$", "plain", "$2b$99$abc"])
    func brokenHash(hash: String) {
        #expect(!Bcrypt.verify("", hash))
        #expect(!Bcrypt.verify(hash, hash))
    }

    @Test("hashes of one password differ by their salts, and all fit")
    func salts() throws {
        let bcrypt = Bcrypt(AuthChatCaseStudy.cost(of: .small))
        let hashes = try (0..<4).map { _ in try bcrypt.hash("open sesame") }
        #expect(Set(hashes).count == 4)
        #expect(hashes.allSatisfy { Bcrypt.verify("open sesame", $0) && !Bcrypt.verify("open", $0) })
        #expect(hashes.allSatisfy { $0.hasPrefix("$2b$04$") && $0.utf8.count == 60 })
    }

    @Test("refuses a password of which bcrypt would leave a part out")
    func unsuitable() throws {
        let bcrypt = Bcrypt(AuthChatCaseStudy.cost(of: .small))
        let longest = String(repeating: "é", count: 36)
        let hash = try bcrypt.hash(longest)
        #expect(throws: Bcrypt.Failure.unsuitablePassword) { try bcrypt.hash(longest + "x") }
        #expect(throws: Bcrypt.Failure.unsuitablePassword) { try bcrypt.hash("secret\0more") }
        #expect(Bcrypt.verify(longest, hash))
        #expect(!Bcrypt.verify(longest + "x", hash), "the first 72 bytes alone let nobody in")
    }

    @Test(
        "no configuration gives a cost below 10",
        arguments: [(4, false), (9, false), (10, true), (12, true), (32, false)]
    )
    func floor(exponent: Int, isAllowed: Bool) {
        #expect((PasswordCost(configured: exponent) != nil) == isAllowed)
    }

    @Test("knows hashes that were made with less work than is asked for now")
    func rehash() throws {
        let cheap = try Bcrypt(AuthChatCaseStudy.cost(of: .small)).hash("x")
        let hasher = PasswordHasher(onCallersThreadAt: .production)
        #expect(hasher.needsRehash(cheap))
        #expect(hasher.needsRehash("md5 of old"))
        #expect(!hasher.needsRehash(cheap.replacing("$04$", with: "$12$")))
        #expect(!hasher.needsRehash(cheap.replacing("$04$", with: "$13$")))
        #expect(AuthChatCaseStudy.cost(of: .large) == .production)
    }

    @Test("a check without a hash fails, after as much work as one with a hash")
    func decoy() async throws {
        let cost = try #require(PasswordCost(configured: 10))
        let hasher = PasswordHasher(onCallersThreadAt: cost)
        let hash = try await hasher.hash("known")
        var (known, unknown) = (Double.infinity, Double.infinity)
        for _ in 0..<4 {
            known = min(known, try await seconds(of: hasher, against: hash))
            unknown = min(unknown, try await seconds(of: hasher, against: nil))
        }
        // A step of the cost is a factor of 2, and what is no hash at all takes no time.
        #expect(0.65...1.5 ~= known / unknown, "\(known) s and \(unknown) s")
    }

    /// Time of the core, which what else the machine does hardly changes: nothing here waits.
    private func seconds(of hasher: PasswordHasher, against hash: String?) async throws -> Double {
        let start = Self.secondsOfThisThread
        #expect(try await !hasher.verify("a guess", against: hash))
        return Self.secondsOfThisThread - start
    }

    private static var secondsOfThisThread: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
