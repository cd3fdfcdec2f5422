package import MartletCore

/// A message as its readers see it.
package struct DchatMessage: Sendable, Hashable {
    package var id: Int
    package var sender: Int
    package var receiver: Int
    package var content: String

    package init(id: Int, sender: Int, receiver: Int, content: String) {
        self.id = id
        self.sender = sender
        self.receiver = receiver
        self.content = content
    }

    package init(_ row: Row) throws {
        id = try row.decode("id")
        sender = try row.decode("sender_id")
        receiver = try row.decode("receiver_id")
        content = try row.decode("content")
    }

    /// Its values in a row.
    var values: [Value] {
        [.integer(Int64(id)), .integer(Int64(sender)), .integer(Int64(receiver)), .text(content)]
    }
}
