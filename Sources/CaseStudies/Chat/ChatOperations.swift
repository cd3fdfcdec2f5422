import MartletCore

/// The rows of the chat application: what is run, with which chat and user.
struct ChatOperations: Sendable {
    let size: CaseSize

    /// More than the busiest chat has, so that every message is accepted and all its work is done.
    private static let messagesMax = 100_000
    /// More than any user has.
    private static let filesMax = 100_000

    var all: [CaseOperation] {
        [
            dashboard,
            sending(id: "0b", chatID: 2, "a chat of 1,000 messages"),
            sending(id: "0b-busy", chatID: 1, "the busiest chat"),
            upload,
        ]
    }

    private var dashboard: CaseOperation {
        CaseOperation(
            id: "0a",
            title: "count users, chats and messages for the dashboard",
            claimedRatio: 100...1_000,
            claim: "100-1000x, under 10 ms",
            change: .nothing,
            ways: Way.allCases
        ) { way, connection in
            let totals = try await ChatDashboard().totals(way, on: connection)
            return [
                [.integer(Int64(totals.users)), .integer(Int64(totals.chats)), .integer(Int64(totals.messages))]
            ]
        }
    }

    private func sending(id: String, chatID: Int, _ place: String) -> CaseOperation {
        let draft = ChatMessenger.Draft(chatID: chatID, userID: chatID, content: "How do I count faster?")
        return CaseOperation(
            id: id,
            title: "send a message to \(place) unless it is full",
            claimedRatio: 20...100,
            claim: "20-100x, under 5 ms",
            change: .rolledBack,
            ways: Way.allCases
        ) { way, connection in
            let messenger = ChatMessenger(messagesMax: Self.messagesMax)
            return [[.bool(try await messenger.send(draft, way, on: connection))]]
        }
    }

    private var upload: CaseOperation {
        let file = ChatUploads.File(
            userID: 1,
            chatID: 1,
            storageKey: "uploads/measured",
            name: "measured.png",
            sizeBytes: 12_345
        )
        return CaseOperation(
            id: "0c",
            title: "save an uploaded file within its user's quota",
            claimedRatio: 2...2,
            claim: "2x, half the statements on users",
            change: .rolledBack,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            let uploads = ChatUploads(filesMax: Self.filesMax)
            return [[.bool(try await uploads.save(file, way, on: connection))]]
        }
    }
}
