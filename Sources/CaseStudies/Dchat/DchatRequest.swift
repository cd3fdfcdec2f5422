package import MartletCore

/// Something that a user of the messenger asks for: one of the five operations of the document's table of targets.
///
/// `martlet load dchat` draws them and runs them, see `DchatCaseStudy.requests`.
package enum DchatRequest: Sendable, Hashable {
    case login(wallet: String)
    case searchUsers(typed: String)
    case sendMessage(DchatMessenger.Draft)
    case createGroup(DchatGroups.Draft)
    case loadMessages(of: Int, and: Int)

    /// Members of a group that is created, its owner left out.
    package static let membersOfGroup = 20

    package var operation: DchatTarget.Operation {
        switch self {
        case .login: .login
        case .searchUsers: .searchUsers
        case .sendMessage: .sendMessage
        case .createGroup: .createGroup
        case .loadMessages: .loadMessages
        }
    }

    /// Draws a request of an operation, which finds something in a database of that shape.
    package static func random(
        _ operation: DchatTarget.Operation,
        in shape: DchatShape,
        using random: inout some RandomNumberGenerator
    ) -> DchatRequest {
        switch operation {
        case .login: return .login(wallet: DchatUser.wallet(Int.random(in: 1...shape.users, using: &random)))
        case .searchUsers:
            return .searchUsers(typed: DchatUser.searchedPrefixes.randomElement(using: &random) ?? "ada")
        case .sendMessage:
            let (sender, receiver) = shape.friends(using: &random)
            let draft = DchatMessenger.Draft(sender: sender, receiver: receiver, content: "Have you seen the new plan?")
            return .sendMessage(draft)
        case .createGroup:
            let owner = Int.random(in: 0..<shape.ordinaryUsers, using: &random)
            let members = (1...membersOfGroup).map { shape.ordinaryUser(owner + $0 * 7) }
            return .createGroup(.init(owner: shape.ordinaryUser(owner), name: "Group of \(owner)", members: members))
        case .loadMessages:
            // One in twenty is of the two with a long conversation, one of the two who write with everybody.
            switch Int.random(in: 0..<20, using: &random) {
            case 0: return .loadMessages(of: 3, and: 4)
            case 1: return .loadMessages(of: 8, and: 9)
            default:
                let (one, other) = shape.friends(using: &random)
                return .loadMessages(of: one, and: other)
            }
        }
    }

    /// Runs the request in one of the ways, and returns what its user sees.
    @discardableResult
    package func run(_ way: Way, on connection: any Connection) async throws -> [[Value]] {
        switch self {
        case .login(let wallet): try await DchatAccounts().login(wallet: wallet, way, on: connection)
        case .searchUsers(let typed): try await DchatAccounts().search(typed, way, on: connection)
        case .sendMessage(let draft):
            try await DchatMessenger().send(draft, way, on: connection).map { [$0.values] } ?? []
        case .createGroup(let draft):
            try await DchatGroups().create(draft, way, on: connection).map { [.integer(Int64($0))] }
        case .loadMessages(let one, let other):
            try await DchatConversations().newest(of: one, and: other, way, on: connection).map(\.values)
        }
    }
}
