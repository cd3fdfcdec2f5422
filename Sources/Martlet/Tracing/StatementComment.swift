import Instrumentation
import MartletCore
import Tracing

/// The comment behind a statement that says where it comes from.
///
/// The form of SQLCommenter: https://google.github.io/sqlcommenter/spec/. Values are percent-encoded, so that nothing
/// in them can end the comment.
struct StatementComment: Sendable {
    let options: CommentOptions
    let tracer: (any Tracer)?

    /// A statement with a comment of its own is left as it is.
    func appended(to statement: BoundStatement) -> BoundStatement {
        let text = statement.statement.text
        let comment = comment
        guard !comment.isEmpty, !text.contains("/*"), !text.contains("--") else { return statement }
        let end = text.lastIndex { !$0.isWhitespace && $0 != ";" }.map(text.index(after:)) ?? text.endIndex
        return BoundStatement(Statement(unsafeText: text[..<end] + comment), values: statement.values)
    }

    private var comment: String {
        var pairs = options.tags
        if options.addsRoute, let route = UnitOfWork.name { pairs["route"] = route }
        if options.addsTraceContext, let context = ServiceContext.current {
            let tracer = tracer ?? InstrumentationSystem.tracer
            tracer.inject(context, into: &pairs, using: TraceContextInjector())
        }
        guard !pairs.isEmpty else { return "" }
        let list = pairs.sorted { $0.key < $1.key }.map { "\(Self.encoded($0.key))='\(Self.encoded($0.value))'" }
        return " /*" + list.joined(separator: ",") + "*/"
    }

    /// RFC 3986, section 2.3: all but unreserved characters.
    private static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}

/// Puts what a tracer hands over between processes into pairs.
private struct TraceContextInjector: Injector {
    func inject(_ value: String, forKey key: String, into pairs: inout [String: String]) {
        pairs[key] = value
    }
}
