/// A statement that the server has parsed for one connection.
final class PreparedStatement {
    /// Its name on the server, with a NUL at the end.
    let name: ContiguousArray<CChar>
    let parameterTypes: [TypeID]
    let columns: [String]
    /// How to read each column in binary; nil if one has no binary form that is known, and text is asked for.
    let codecs: [CellCodec?]?
    /// When it was used last, in statements of its connection.
    var lastUse = 0

    init(name: String, parameterTypes: [TypeID], columnTypes: [TypeID], columns: [String]) {
        self.name = ContiguousArray(name.utf8CString)
        self.parameterTypes = parameterTypes
        self.columns = columns
        let codecs = columnTypes.map { CellCodec($0) }
        self.codecs = codecs.contains(nil) ? nil : codecs
    }
}
