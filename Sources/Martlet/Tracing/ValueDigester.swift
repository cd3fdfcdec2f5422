import Foundation
import MartletCore

/// Turns values into digests that tell equal from different and nothing else.
///
/// SipHash with a key of 128 random bits per recorder: without the key not even a value of a small domain can be found
/// by trying. A value that SQLite stores in another form has the digest of that form, so a value that was read and
/// then bound is recognised on both engines.
struct ValueDigester: Sendable {
    /// What has been fed with the key, and is copied for each value.
    private let keyed: Hasher

    init() {
        var generator = SystemRandomNumberGenerator()
        var hasher = Hasher()
        hasher.combine(generator.next())
        hasher.combine(generator.next())
        keyed = hasher
    }

    func digest(of value: Value) -> UInt64 {
        var hasher = keyed
        feed(value, to: &hasher)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    private func feed(_ value: Value, to hasher: inout Hasher) {
        switch value {
        case .null: hasher.combine(0)
        case .bool(let bool): feedInteger(bool ? 1 : 0, to: &hasher)
        case .integer(let integer): feedInteger(integer, to: &hasher)
        case .double(let double):
            hasher.combine(2)
            hasher.combine(double)
        case .decimal(let decimal): feedText(decimal.description, to: &hasher)
        case .text(let text), .json(let text): feedText(text, to: &hasher)
        case .date(let date): feedText(date.description, to: &hasher)
        case .timestamp(let timestamp): feedText(timestamp.description, to: &hasher)
        case .uuid(let uuid): feedText(uuid.uuidString.lowercased(), to: &hasher)
        case .bytes(let bytes):
            hasher.combine(4)
            hasher.combine(bytes)
        case .array(let elements):
            hasher.combine(5)
            hasher.combine(elements.count)
            for element in elements { feed(element, to: &hasher) }
        }
    }

    private func feedInteger(_ integer: Int64, to hasher: inout Hasher) {
        hasher.combine(1)
        hasher.combine(integer)
    }

    private func feedText(_ text: String, to hasher: inout Hasher) {
        hasher.combine(3)
        hasher.combine(text)
    }
}
