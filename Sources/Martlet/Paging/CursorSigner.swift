import Foundation
import MartletCore

/// Signs cursors and tells its own from others: HMAC with SHA-256 over a key that the application keeps.
///
/// All servers that answer the same clients need the same key. To change it without refusing cursors that are out,
/// keep the old one in `acceptingAlso` for as long as clients may keep cursors.
public struct CursorSigner: Sendable {
    /// Bytes that a key must have at least: the strength of the hash.
    public static let keyBytesMin = 32
    /// The form of cursors; a cursor of another form is refused as such.
    private static let version: UInt8 = 1
    /// Bytes of a signature: 128 bits, the least that RFC 2104 lets a truncated HMAC-SHA-256 have.
    private static let tagBytes = 16
    /// Bytes that say what a cursor belongs to: chance equality is no danger, as strangers cannot make cursors.
    private static let bindingBytes = 8
    /// Bytes of a cursor before it is written as text; servers refuse URLs of more than 8 kB.
    private static let bytesMax = 4_096

    private let authenticators: [MessageAuthenticator]

    /// Takes the key that signs, and older ones whose cursors are still good.
    ///
    /// - Throws: `.shortSigningKey` unless each key has 32 bytes; `openssl rand -hex 32` makes one.
    public init(key: [UInt8], acceptingAlso olderKeys: [[UInt8]] = []) throws(PagingError) {
        guard ([key] + olderKeys).allSatisfy({ $0.count >= Self.keyBytesMin }) else {
            throw PagingError(
                .shortSigningKey,
                "a key that signs cursors needs \(Self.keyBytesMin) bytes; make one with: openssl rand -hex 32"
            )
        }
        authenticators = ([key] + olderKeys).map(MessageAuthenticator.init)
    }

    func cursor(at position: PagePosition, boundTo owner: [UInt8]) throws(PagingError) -> PageCursor {
        var writer = CursorWriter()
        writer.append(Self.version)
        writer.append(position.direction.rawValue | (position.isInclusive ? 2 : 0))
        writer.append(raw: binding(to: owner, authenticators[0]))
        writer.append(count: position.values.count)
        for value in position.values { writer.append(value) }
        let bytes = writer.bytes + authenticators[0].tag(of: writer.bytes).prefix(Self.tagBytes)
        guard bytes.count <= Self.bytesMax else {
            throw PagingError(
                .oversizedKey,
                "the values that a row is ordered by take \(bytes.count) bytes of a cursor, "
                    + "and \(Self.bytesMax) is the most; order by shorter columns"
            )
        }
        return PageCursor(Base64URL.encode(bytes))
    }

    func position(of cursor: PageCursor, boundTo owner: [UInt8]) throws(PagingError) -> PagePosition {
        guard cursor.text.utf8.count <= Self.bytesMax * 4 / 3 + 4, let bytes = Base64URL.decode(cursor.text),
            let version = bytes.first
        else { throw Self.malformed }
        guard version == Self.version else {
            throw PagingError(
                .unsupportedVersion,
                "the cursor has version \(version), and this library reads \(Self.version); begin at the first page"
            )
        }
        guard bytes.count > 2 + Self.bindingBytes + Self.tagBytes else { throw Self.malformed }
        let (content, tag) = (bytes.dropLast(Self.tagBytes), bytes.suffix(Self.tagBytes))
        guard
            let signer = authenticators.first(where: {
                MessageAuthenticator.areEqual($0.tag(of: content).prefix(Self.tagBytes), tag)
            })
        else {
            throw PagingError(.forgedCursor, "the cursor was not signed with a key of this server; refuse the request")
        }
        guard Array(content[2..<2 + Self.bindingBytes]) == binding(to: owner, signer) else {
            throw PagingError(
                .foreignCursor,
                "the cursor belongs to another statement, order or scope; begin at the first page"
            )
        }
        return try Self.position(flags: content[1], content: content.dropFirst(2 + Self.bindingBytes))
    }

    private static func position(flags: UInt8, content: ArraySlice<UInt8>) throws(PagingError) -> PagePosition {
        var reader = CursorReader(content)
        guard let direction = PagePosition.Direction(rawValue: flags & 1), flags <= 3, let count = reader.count(),
            count <= content.count
        else { throw malformed }
        var values: [Value] = []
        for _ in 0..<count {
            guard let value = reader.value() else { throw malformed }
            values.append(value)
        }
        guard reader.isAtEnd else { throw malformed }
        return PagePosition(direction: direction, isInclusive: flags & 2 != 0, values: values)
    }

    /// With the key, so that what a cursor is bound to, such as a tenant, cannot be guessed from it.
    private func binding(to owner: [UInt8], _ authenticator: MessageAuthenticator) -> [UInt8] {
        Array(authenticator.tag(of: [0] + owner).prefix(Self.bindingBytes))
    }

    private static let malformed = PagingError(
        .malformedCursor,
        "the text is no cursor; hand back what a page gave, unchanged"
    )
}
