extension Decoder {
    /// The keys of a declaration, each known and with a value.
    ///
    /// A misspelt target would otherwise be no target, and what it guards would pass.
    func declaration<Key: CodingKey & CaseIterable>(_ keys: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let written = try container(keyedBy: WrittenKey.self)
        for key in written.allKeys {
            guard Key(stringValue: key.stringValue) != nil else {
                let known = Key.allCases.map(\.stringValue).joined(separator: ", ")
                throw corrupted("there is no key \(key.stringValue); there are \(known)")
            }
            if try written.decodeNil(forKey: key) { throw corrupted("\(key.stringValue) has no value") }
        }
        return try container(keyedBy: keys)
    }

    /// What is wrong with what stands here, as a clause.
    func corrupted(_ reason: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: codingPath, debugDescription: reason))
    }
}

/// A key as it stands in a file, known or not.
private struct WrittenKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        return nil
    }
}
