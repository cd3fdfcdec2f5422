import Martlet
import MartletCore

/// What a client shows instead of its password: 32 drawn bytes as text.
///
/// The expert's database keeps only its hash, so who reads a backup is let in nowhere. One round of SHA-256 is enough,
/// for nobody can try 2^256 tokens; a password, which people choose, needs bcrypt.
package struct AuthToken: Sendable, Hashable {
    private static let sizeBytes = 32

    package let text: String

    /// Takes a token as a client sends it.
    package init(_ text: String) {
        self.text = text
    }

    /// Draws one; for a client only from a generator that nobody can predict, as that of the system.
    package init(using random: inout some RandomNumberGenerator) {
        text = Base64URL.encode((0..<Self.sizeBytes).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    /// The token of that number in every data set.
    package static func numbered(_ number: Int) -> AuthToken {
        var random = SplitMix64(seed: 0x41_0000_0000 &+ UInt64(truncatingIfNeeded: number))
        return AuthToken(using: &random)
    }

    /// What is stored and looked for.
    package var hash: [UInt8] { SHA256.hash(text.utf8) }
}
