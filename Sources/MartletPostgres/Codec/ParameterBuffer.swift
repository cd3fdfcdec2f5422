internal import Foundation
internal import MartletCore

/// The values of one statement, encoded for libpq. Used again for every statement of a connection.
///
/// A value whose binary form for the placeholder's type is known is sent in it; any other as text, which the server
/// parses by the placeholder's type.
struct ParameterBuffer {
    private var bytes: [UInt8] = []
    /// Where each value begins; -1 for NULL.
    private var offsets: [Int] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []
    private var pointers: [UnsafePointer<CChar>?] = []

    /// Encodes the values for placeholders of the types.
    mutating func encode(_ values: [Value], as types: [TypeID]) throws(EngineError) {
        removeAll()
        for position in values.indices { try append(values[position], as: types[position]) }
    }

    /// Encodes the values for placeholders whose types only the server knows.
    mutating func encodeAsText(_ values: [Value]) throws(EngineError) {
        removeAll()
        // No type has the number 0, so none has a binary form.
        for value in values { try append(value, as: TypeID(number: 0)) }
    }

    private mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        offsets.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        formats.removeAll(keepingCapacity: true)
    }

    /// Lends the arrays in the form of PQsendQueryPrepared: count, values, lengths, formats.
    mutating func withPointers<R>(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> R
    ) -> R {
        let count = Int32(offsets.count)
        return bytes.withUnsafeBytes { bytes in
            pointers.removeAll(keepingCapacity: true)
            // An empty value needs a pointer too: for libpq no pointer means NULL.
            let base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)
            for offset in offsets {
                pointers.append(offset < 0 ? nil : base?.advanced(by: offset).assumingMemoryBound(to: CChar.self))
            }
            return pointers.withUnsafeBufferPointer { pointers in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(count, pointers.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }

    private mutating func append(_ value: Value, as type: TypeID) throws(EngineError) {
        let start = bytes.count
        if value.isNull {
            offsets.append(-1)
            lengths.append(0)
            formats.append(1)
            return
        }
        let isBinary = try BinaryEncoder.append(value, as: type, to: &bytes)
        offsets.append(start)
        lengths.append(Int32(bytes.count - start))
        formats.append(isBinary ? 1 : 0)
        if !isBinary {
            bytes.append(contentsOf: TextFormat.text(of: value).utf8)
            lengths[lengths.count - 1] = Int32(bytes.count - start)
            try refuseNUL(in: bytes[start...])
            bytes.append(0)
        }
    }

    private func refuseNUL(in text: ArraySlice<UInt8>) throws(EngineError) {
        if text.contains(0) { throw .textWithNUL }
    }
}

extension EngineError {
    static let textWithNUL = EngineError(
        .invalidValue,
        "PostgreSQL cannot keep the character NUL in text; remove it or bind the value as bytes"
    )
}
