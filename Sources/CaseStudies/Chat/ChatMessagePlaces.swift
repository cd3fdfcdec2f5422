/// Draws the chat of each message: two chats with exact numbers, a power law over the others.
struct ChatMessagePlaces {
    private enum Kind: Int, CaseIterable {
        case liveOfChat1, deletedOfChat1, liveOfChat2, deletedOfChat2, other
    }

    private let chats: Int
    private var remaining: [Int]

    init(shape: ChatShape) {
        chats = shape.chats
        let deletedPerLive = ChatShape.deletedShare / (1 - ChatShape.deletedShare)
        let deleted1 = Int(Double(shape.messagesOfChat1) * deletedPerLive)
        let deleted2 = Int(Double(shape.messagesOfChat2) * deletedPerLive)
        let special = [shape.messagesOfChat1, deleted1, shape.messagesOfChat2, deleted2]
        remaining = special + [shape.messages - special.reduce(0, +)]
    }

    /// Drawn without replacement, so that the numbers come out exactly and each kind is spread evenly.
    mutating func next(using random: inout some RandomNumberGenerator) -> (chat: Int, isDeleted: Bool) {
        var ticket = Int.random(in: 0..<max(1, remaining.reduce(0, +)), using: &random)
        for kind in Kind.allCases {
            if ticket < remaining[kind.rawValue] {
                remaining[kind.rawValue] -= 1
                return place(kind, using: &random)
            }
            ticket -= remaining[kind.rawValue]
        }
        return place(.other, using: &random)
    }

    private func place(_ kind: Kind, using random: inout some RandomNumberGenerator) -> (chat: Int, isDeleted: Bool) {
        switch kind {
        case .liveOfChat1: return (1, false)
        case .deletedOfChat1: return (1, true)
        case .liveOfChat2: return (2, false)
        case .deletedOfChat2: return (2, true)
        case .other:
            // The cube of a uniform number: chat k gets a share that falls like k^(-2/3).
            let uniform = Double.random(in: 0..<1, using: &random)
            let chat = 3 + Int(Double(chats - 2) * uniform * uniform * uniform)
            return (min(chat, chats), Double.random(in: 0..<1, using: &random) < ChatShape.deletedShare)
        }
    }
}
