import Foundation

/// How values become bytes, and bytes values.
public struct SharedCacheCoding<Value: Sendable>: Sendable {
    /// Writes a value.
    public let encode: @Sendable (Value) throws -> [UInt8]
    /// Reads a value; what it does not understand it refuses with any error, and the value is loaded.
    public let decode: @Sendable ([UInt8]) throws -> Value

    /// A coding of one's own.
    public init(
        encode: @escaping @Sendable (Value) throws -> [UInt8],
        decode: @escaping @Sendable ([UInt8]) throws -> Value
    ) {
        (self.encode, self.decode) = (encode, decode)
    }
}

extension SharedCacheCoding where Value: Codable {
    /// As JSON.
    public static var json: SharedCacheCoding {
        // In an array, because not every JSON reader takes a bare number or text.
        SharedCacheCoding(
            encode: { Array(try JSONEncoder().encode([$0])) },
            decode: { bytes in
                guard let value = try JSONDecoder().decode([Value].self, from: Data(bytes)).first else {
                    throw CocoaError(.coderReadCorrupt)
                }
                return value
            }
        )
    }
}
