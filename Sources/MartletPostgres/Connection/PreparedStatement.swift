/// A statement that the server has parsed for one connection.
///
/// `lastUse` belongs to the event loop of the connection, and all else never changes: hence `@unchecked Sendable`.
final class PreparedStatement: @unchecked Sendable {
    /// Its name on the server, with a NUL at the end.
    let name: ContiguousArray<CChar>
    let parameterTypes: [TypeID]
    let columns: [String]
    /// How to read each column in binary; nil if one has no binary form that is known, and text is asked for.
    let codecs: [CellCodec?]?
    /// Whether it can neither begin nor end a transaction.
    let isPlain: Bool
    /// When it was used last, in statements of its connection.
    var lastUse = 0

    init(name: String, parameterTypes: [TypeID], columnTypes: [TypeID], columns: [String], isPlain: Bool) {
        self.name = ContiguousArray(name.utf8CString)
        self.parameterTypes = parameterTypes
        self.columns = columns
        self.isPlain = isPlain
        let codecs = columnTypes.map { CellCodec($0) }
        self.codecs = codecs.contains(nil) ? nil : codecs
    }

    /// The statement that ends it on the server.
    var deallocation: String { "DEALLOCATE " + String(decoding: name.dropLast().map(UInt8.init), as: UTF8.self) }
}
