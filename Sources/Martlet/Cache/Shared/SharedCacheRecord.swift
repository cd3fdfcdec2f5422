import MartletCore

/// What the second tier keeps for a key, as bytes.
///
/// The stamp comes first, as text, so that a store can compare records without reading them:
/// stamp (30 digits), format (1), floor (8), time to live in milliseconds (8), number of tags (2), of each tag its
/// length (2) and text, whether there is a value (1), the value. Numbers are little-endian.
struct SharedCacheRecord: Sendable, Hashable {
    /// Goes up when this form changes; a reader refuses what it does not know.
    private static let format: UInt8 = 1

    /// Up to where in the log its load saw everything.
    var position: CacheLogPosition
    /// How old it may become, from the beginning of its load.
    var timeToLive: Duration
    var tags: [String]
    /// Nil if it is known that there is none.
    var value: [UInt8]?

    init(position: CacheLogPosition, timeToLive: Duration, tags: [String], value: [UInt8]?) {
        (self.position, self.timeToLive, self.tags, self.value) = (position, timeToLive, tags, value)
    }

    /// Nil if these bytes are no record.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        guard let head = Self.take(CacheLogPosition.stampLength, from: &rest), rest.popFirst() == Self.format,
            let floor = Self.number(8, from: &rest), let milliseconds = Self.number(8, from: &rest),
            let count = Self.number(2, from: &rest), milliseconds <= UInt64(Int64.max),
            let position = CacheLogPosition(stamp: String(decoding: head, as: UTF8.self), floor: floor)
        else { return nil }
        var tags: [String] = []
        for _ in 0..<count {
            guard let length = Self.number(2, from: &rest), let text = Self.take(Int(length), from: &rest) else {
                return nil
            }
            tags.append(String(decoding: text, as: UTF8.self))
        }
        guard let kind = rest.popFirst(), kind <= 1 else { return nil }
        self.init(
            position: position,
            timeToLive: .milliseconds(Int64(milliseconds)),
            tags: tags,
            value: kind == 1 ? Array(rest) : nil
        )
    }

    /// The record as it is kept; nil if its tags do not fit.
    var bytes: [UInt8]? {
        guard tags.count <= UInt16.max, tags.allSatisfy({ $0.utf8.count <= UInt16.max }) else { return nil }
        var bytes = Array(position.stamp.utf8)
        bytes.append(Self.format)
        Self.append(position.floor, 8, to: &bytes)
        Self.append(UInt64(max(0, timeToLive.milliseconds)), 8, to: &bytes)
        Self.append(UInt64(tags.count), 2, to: &bytes)
        for tag in tags {
            Self.append(UInt64(tag.utf8.count), 2, to: &bytes)
            bytes += tag.utf8
        }
        bytes.append(value == nil ? 0 : 1)
        return bytes + (value ?? [])
    }

    private static func take(_ count: Int, from bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard bytes.count >= count else { return nil }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }

    private static func number(_ length: Int, from bytes: inout ArraySlice<UInt8>) -> UInt64? {
        take(length, from: &bytes)?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func append(_ number: UInt64, _ length: Int, to bytes: inout [UInt8]) {
        for place in 0..<length { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(place)))) }
    }
}
