/// Draws sender, receiver and status of each message: some users with exact numbers, a power law over the others.
struct DchatMessagePlaces {
    struct Place {
        var sender: Int
        var receiver: Int
        var status: String
    }

    private enum Kind: Int, CaseIterable {
        case from8, to8, from9, to9, pair, unreadOf123, readOf123, other
    }

    /// Of a hundred messages of other users, how many are unread, only sent, and delivered; all others are read.
    private static let unread = 2
    private static let sent = 3
    private static let delivered = 5

    private let shape: DchatShape
    private var remaining: [Int]

    init(shape: DchatShape) {
        self.shape = shape
        let half = shape.messagesOfHeavyUser / 2
        // The common message is one of those that 8 sent and 9 received.
        let read = shape.unreadOfUser123 * DchatShape.readPerUnread
        let special = [half - 1, half, half, half - 1, shape.messagesOfPair, shape.unreadOfUser123, read]
        remaining = special + [shape.messages - 1 - special.reduce(0, +)]
    }

    /// Drawn without replacement, so that the numbers come out exactly and each kind is spread evenly.
    mutating func next(number: Int, using random: inout some RandomNumberGenerator) -> Place {
        guard number != DchatShape.commonMessage else { return Place(sender: 8, receiver: 9, status: "read") }
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

    private func place(_ kind: Kind, using random: inout some RandomNumberGenerator) -> Place {
        let status = status(using: &random)
        let stranger = shape.ordinaryUser(Int.random(in: 0..<shape.ordinaryUsers, using: &random))
        switch kind {
        case .from8: return Place(sender: 8, receiver: stranger, status: status)
        case .to8: return Place(sender: stranger, receiver: 8, status: status)
        case .from9: return Place(sender: 9, receiver: stranger, status: status)
        case .to9: return Place(sender: stranger, receiver: 9, status: status)
        case .unreadOf123: return Place(sender: stranger, receiver: 123, status: "unread")
        case .readOf123: return Place(sender: stranger, receiver: 123, status: "read")
        case .pair:
            let isAnswer = Bool.random(using: &random)
            return Place(sender: isAnswer ? 4 : 3, receiver: isAnswer ? 3 : 4, status: status)
        case .other:
            let (one, other) = shape.friends(using: &random)
            return Place(sender: one, receiver: other, status: status)
        }
    }

    private func status(using random: inout some RandomNumberGenerator) -> String {
        let percent = Int.random(in: 0..<100, using: &random)
        if percent < Self.unread { return "unread" }
        if percent < Self.unread + Self.sent { return "sent" }
        return percent < Self.unread + Self.sent + Self.delivered ? "delivered" : "read"
    }
}

extension DchatShape {
    /// Two ordinary users who write to each other, in either order; some do so much more than others.
    package func friends(using random: inout some RandomNumberGenerator) -> (Int, Int) {
        // The square of a uniform number: the user of number k gets a share that falls like k^(-1/2).
        let uniform = Double.random(in: 0..<1, using: &random)
        let number = Int(Double(ordinaryUsers) * uniform * uniform)
        let friend = number + Int.random(in: 1...Self.friends, using: &random)
        let pair = (ordinaryUser(number), ordinaryUser(friend))
        return Bool.random(using: &random) ? pair : (pair.1, pair.0)
    }
}
