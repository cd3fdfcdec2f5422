import Foundation

/// Base64 with the alphabet for URLs and without padding.
///
/// RFC 4648, section 5, https://www.rfc-editor.org/rfc/rfc4648#section-5.
package enum Base64URL {
    package static func encode(_ bytes: [UInt8]) -> String {
        var text = Data(bytes).base64EncodedString()
        text.removeAll { $0 == "=" }
        return text.replacing("+", with: "-").replacing("/", with: "_")
    }

    /// nil unless the text is what `encode` makes of these bytes: each cursor has one text.
    static func decode(_ text: String) -> [UInt8]? {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: standard + padding) else { return nil }
        let bytes = [UInt8](data)
        return encode(bytes) == text ? bytes : nil
    }
}
