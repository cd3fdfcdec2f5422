import CLibCrypt
import Foundation

/// Passwords hashed by the system's libcrypt.
///
/// The calls take as long as the cost says, on the thread that makes them: see `PasswordHasher`.
package struct Bcrypt: Sendable {
    /// Why a password cannot be hashed.
    package enum Failure: Error, Hashable {
        /// bcrypt would silently leave out what follows the 72nd byte or a zero.
        case unsuitablePassword
        /// libcrypt refused; the system may forbid this method.
        case refused
    }

    static let saltBytes = 16
    private static let passwordBytesMax = 72

    package let cost: PasswordCost

    package init(_ cost: PasswordCost) {
        self.cost = cost
    }

    /// Hashes with a salt of its own.
    package func hash(_ password: String) throws(Failure) -> String {
        try hash(password, salt: (0..<Self.saltBytes).map { _ in UInt8.random(in: .min ... .max) })
    }

    func hash(_ password: String, salt: [UInt8]) throws(Failure) -> String {
        guard Self.isSuitable(password) else { throw .unsuitablePassword }
        let setting = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CRYPT_GENSALT_OUTPUT_SIZE)) {
            output in
            salt.withUnsafeBytes { salt -> String? in
                let bytes = salt.bindMemory(to: CChar.self)
                let written = crypt_gensalt_rn(
                    "$2b$",
                    UInt(cost.exponent),
                    bytes.baseAddress,
                    Int32(bytes.count),
                    output.baseAddress,
                    Int32(output.count)
                )
                return written.map { String(cString: $0) }
            }
        }
        guard let setting, let hash = Self.crypt(password, setting) else { throw .refused }
        return hash
    }

    /// Whether the password is the one that was hashed.
    ///
    /// Takes as long whether it is or not, and compares in a time that does not say where two hashes differ.
    package static func verify(_ password: String, _ hash: String) -> Bool {
        // What could never have been hashed is checked all the same, against no password, for the sake of its time.
        let isSuitable = isSuitable(password)
        guard let computed = crypt(isSuitable ? password : "", hash) else { return false }
        let (left, right) = (Array(computed.utf8), Array(hash.utf8))
        guard left.count == right.count else { return false }
        return isSuitable && zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func isSuitable(_ password: String) -> Bool {
        password.utf8.count <= passwordBytesMax && !password.utf8.contains(0)
    }

    /// crypt(3): `crypt_rn` is `crypt_r` that says when it fails.
    private static func crypt(_ password: String, _ setting: String) -> String? {
        let data = UnsafeMutableRawPointer.allocate(byteCount: MemoryLayout<crypt_data>.size, alignment: 16)
        defer {
            // The work area holds what was made of the password; a plain overwriting might be optimised away.
            explicit_bzero(data, MemoryLayout<crypt_data>.size)
            data.deallocate()
        }
        data.initializeMemory(as: UInt8.self, repeating: 0, count: MemoryLayout<crypt_data>.size)
        return crypt_rn(password, setting, data, Int32(MemoryLayout<crypt_data>.size)).map { String(cString: $0) }
    }
}
