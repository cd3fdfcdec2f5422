import Foundation
import MartletCore
import Testing

@testable import Martlet

@Suite("Cursors")
struct CursorTests {
    private let key = [UInt8](repeating: 1, count: 32)
    private let values: [Value] = [
        nil, true, false, .integer(.min), .integer(.max), .double(-0.0), .double(.infinity), .double(0.1.nextUp),
        .decimal(DecimalNumber("0.10000000000000000000000000001") ?? DecimalNumber(trusted: "0")), "", "ż\"\u{0}🐦",
        .json(#"{"a": 1}"#), .bytes([0, 255]), .date(CalendarDate(year: 1, month: 1, day: 1)),
        .timestamp(Timestamp(microsecondsSince1970: 1_767_225_599_999_999)), .timestamp(.distantFuture),
        .uuid(UUID()), .array([1, nil, .array(["a"])]),
    ]

    private func position(_ values: [Value]) -> PagePosition {
        PagePosition(direction: .backwards, isInclusive: true, values: values)
    }

    /// FIPS 180-4's examples and RFC 4231's cases 1, 2, 6.
    @Test("hash and sign as the standards' own examples do")
    func vectors() {
        let hex = { (bytes: [UInt8]) in bytes.map { String(format: "%02x", $0) }.joined() }
        #expect(
            hex(SHA256.hash("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        #expect(hex(SHA256.hash([])) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            hex(SHA256.hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        )
        #expect(
            hex(SHA256.hash([UInt8](repeating: 97, count: 1_000_000)))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        )
        let cases: [([UInt8], String, String)] = [
            (
                [UInt8](repeating: 0x0b, count: 20), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ]
        for (key, message, tag) in cases { #expect(hex(MessageAuthenticator(key: key).tag(of: message.utf8)) == tag) }
    }

    @Test("hash as PostgreSQL does: messages of each length around those of blocks")
    func otherImplementation() async throws {
        try await PagingDatabase(.postgres)
            .withConnection { connection in
                let messages = (0...200).map { length in (0..<length).map { _ in UInt8.random(in: 0...255) } }
                for message in messages {
                    let theirs = try await connection.run("SELECT sha256(\(Value.bytes(message)))")[0][0]
                    #expect(.bytes(SHA256.hash(message)) == theirs, "\(message)")
                }
            }
    }

    @Test("give back each value bit by bit")
    func roundTrip() throws {
        let signer = try CursorSigner(key: key)
        let cursor = try signer.cursor(at: position(values), boundTo: [1])
        #expect(cursor.text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        let back = try signer.position(of: PageCursor(cursor.text), boundTo: [1])
        #expect(back == position(values))
        guard case .double(let zero) = back.values[5] else { throw PagingError(.malformedCursor, "no zero") }
        #expect(zero.sign == .minus)
    }

    @Test("are refused when any bit of them is changed")
    func changedBits() throws {
        let signer = try CursorSigner(key: key)
        let bytes = try #require(Base64URL.decode(signer.cursor(at: position([1, "a"]), boundTo: []).text))
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let error = #expect(throws: PagingError.self) {
                try signer.position(of: PageCursor(Base64URL.encode(changed)), boundTo: [])
            }
            #expect(error?.code == (bit < 8 ? .unsupportedVersion : .forgedCursor))
        }
        for length in 0..<bytes.count {
            let error = #expect(throws: PagingError.self) {
                try signer.position(of: PageCursor(Base64URL.encode(Array(bytes.prefix(length)))), boundTo: [])
            }
            #expect(error?.code.isBadCursor == true)
        }
    }

    @Test(
        "are refused as malformed when they are other text",
        arguments: ["", "!", "AQ==", "ä", "A A", String(repeating: "A", count: 1_000_000)]
    )
    func otherText(_ text: String) throws {
        let error = #expect(throws: PagingError.self) {
            try CursorSigner(key: key).position(of: PageCursor(text), boundTo: [])
        }
        #expect(error?.code == .malformedCursor)
    }

    @Test("of another key are forged, of an older key are good, of another owner are foreign")
    func keysAndOwners() throws {
        let other = [UInt8](repeating: 2, count: 32)
        let cursor = try CursorSigner(key: key).cursor(at: position([1]), boundTo: [1])
        let forged = #expect(throws: PagingError.self) {
            try CursorSigner(key: other).position(of: cursor, boundTo: [1])
        }
        #expect(forged?.code == .forgedCursor)
        let rotated = try CursorSigner(key: other, acceptingAlso: [key])
        #expect(try rotated.position(of: cursor, boundTo: [1]) == position([1]))
        let foreign = #expect(throws: PagingError.self) { try rotated.position(of: cursor, boundTo: [2]) }
        #expect(foreign?.code == .foreignCursor)
        let short = #expect(throws: PagingError.self) { try CursorSigner(key: [1]) }
        #expect(short?.code == .shortSigningKey)
    }

    @Test("of too long keys are not made")
    func longKeys() throws {
        let error = #expect(throws: PagingError.self) {
            try CursorSigner(key: key)
                .cursor(at: position([.text(String(repeating: "a", count: 5_000))]), boundTo: [])
        }
        #expect(error?.code == .oversizedKey)
    }
}
