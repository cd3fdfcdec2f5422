internal import MartletCore

/// The values of the statements of one exchange, encoded for libpq.
///
/// Used again for every exchange of a connection. All values of an exchange are encoded before the first statement is
/// sent: a value that cannot be encoded must not leave half of them in the pipeline. A value whose binary form for the
/// placeholder's type is known is sent in it; any other as text, which the server parses by the placeholder's type.
struct ParameterBuffer {
    /// PostgreSQL takes no message above 1 GiB - 1 (MaxAllocSize); the rest is for the lengths and the message's head.
    static let bytesMax = 1_073_741_823 - 1_048_576
    /// What is kept for the next exchange.
    private static let bytesKeptMax = 1_048_576

    private var bytes: [UInt8] = []
    /// Where each value begins; -1 for NULL.
    private var offsets: [Int] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []
    private var pointers: [UnsafePointer<CChar>?] = []

    /// Forgets the values of the last exchange.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.bytesKeptMax)
        offsets.removeAll(keepingCapacity: offsets.capacity <= Session.parametersMax)
        lengths.removeAll(keepingCapacity: lengths.capacity <= Session.parametersMax)
        formats.removeAll(keepingCapacity: formats.capacity <= Session.parametersMax)
    }

    /// Adds one statement's values for placeholders of the types.
    mutating func append(_ values: [Value], as types: [TypeID]) throws(EngineError) {
        let start = bytes.count
        for position in values.indices { try append(values[position], as: types[position], since: start) }
    }

    /// Adds one statement's values for placeholders whose types only the server knows.
    mutating func appendAsText(_ values: [Value]) throws(EngineError) {
        let start = bytes.count
        // No type has the number 0, so none has a binary form.
        for value in values { try append(value, as: TypeID(number: 0), since: start) }
    }

    /// Lends all values in the form of PQsendQueryPrepared.
    mutating func withAll<R>(_ body: (BoundParameters) -> R) -> R {
        let count = Int32(clamping: offsets.count)
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
                        body(
                            BoundParameters(
                                count: count,
                                values: pointers.baseAddress,
                                lengths: lengths.baseAddress,
                                formats: formats.baseAddress
                            )
                        )
                    }
                }
            }
        }
    }

    private mutating func append(_ value: Value, as type: TypeID, since first: Int) throws(EngineError) {
        let start = bytes.count
        if value.isNull {
            offsets.append(-1)
            lengths.append(0)
            formats.append(1)
            return
        }
        // Asked before anything is copied; the text form of bytes is twice as long.
        try Self.refuse(bytes: start - first + value.byteCount)
        let isBinary = try BinaryEncoder.append(value, as: type, to: &bytes)
        if !isBinary {
            TextFormat.append(value, to: &bytes)
            if bytes[start...].contains(0) { throw .textWithNUL }
        }
        try Self.refuse(bytes: bytes.count - first)
        offsets.append(start)
        lengths.append(Int32(bytes.count - start))
        formats.append(isBinary ? 1 : 0)
        if !isBinary { bytes.append(0) }
    }

    private static func refuse(bytes: Int) throws(EngineError) {
        guard bytes > bytesMax else { return }
        throw EngineError(
            .invalidBinding,
            "the values of a statement take \(bytes) bytes, and PostgreSQL takes up to 1 GB; bind them in parts"
        )
    }
}

extension EngineError {
    static let textWithNUL = EngineError(
        .invalidValue,
        "PostgreSQL cannot keep the character NUL in text; remove it or bind the value as bytes"
    )
}
