import MartletCore

/// The rows of the wallet messenger: what is run, for which users.
struct DchatOperations: Sendable {
    let size: CaseSize

    var all: [CaseOperation] {
        [
            unread,
            conversation(id: "3b", of: 8, and: 9, "of two busy users, who wrote to each other but once"),
            groups,
            login(id: "3d-login", wallet: DchatUser.wallet(500), "as the wallet writes it"),
            login(
                id: "3d-login-small",
                wallet: DchatUser.wallet(500).lowercased(),
                "in small letters",
                faults: [.before, .seed].map { CaseOperation.Fault($0, "finds no user, though the address is his") }
            ),
            search,
            sending,
            creation,
            conversation(id: "3d-load", of: 3, and: 4, "of two users with a long conversation"),
            deepPage, monthRead, monthTakenOut,
        ]
    }

    private var unread: CaseOperation {
        CaseOperation(
            id: "3a",
            title: "count the unread messages of a user, by each index set",
            claimedRatio: nil,
            claim: "none",
            change: .nothing,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            [[.integer(Int64(try await DchatInbox().unread(of: 123, way, on: connection)))]]
        }
    }

    private func conversation(id: String, of first: Int, and second: Int, _ what: String) -> CaseOperation {
        CaseOperation(
            id: id,
            title: "load the newest messages \(what)",
            claimedRatio: nil,
            claim: "none; target 200 ms",
            change: .nothing,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            try await DchatConversations().newest(of: first, and: second, way, on: connection).map(\.values)
        }
    }

    private var groups: CaseOperation {
        CaseOperation(
            id: "3c",
            title: "list the groups that a user joined last",
            claimedRatio: nil,
            claim: "none",
            change: .nothing,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            try await DchatGroups().joinedLast(by: 7, way, on: connection)
        }
    }

    private func login(
        id: String,
        wallet: String,
        _ how: String,
        faults: [CaseOperation.Fault] = []
    ) -> CaseOperation {
        CaseOperation(
            id: id,
            title: "sign in with a wallet, its address \(how)",
            claimedRatio: nil,
            claim: "none; target 100 ms",
            change: .nothing,
            faults: faults,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            try await DchatAccounts().login(wallet: wallet, way, on: connection)
        }
    }

    private var search: CaseOperation {
        CaseOperation(
            id: "3d-search",
            title: "find users by the beginning of their names",
            claimedRatio: nil,
            claim: "none; target 500 ms",
            change: .nothing,
            // LIKE of SQLite does not tell capital letters from small ones.
            faults: [CaseOperation.Fault(.seed, in: [.postgres], "finds only names that are written as typed")],
            ways: [.before, .seed, .expert]
        ) { way, connection in
            try await DchatAccounts().search("ada", way, on: connection)
        }
    }

    private var sending: CaseOperation {
        let draft = DchatMessenger.Draft(sender: 3, receiver: 4, content: "Have you seen the new plan?")
        return CaseOperation(
            id: "3d-send",
            title: "send a message",
            claimedRatio: nil,
            claim: "none; target 150 ms",
            change: .rolledBack,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            // Not its number: what a sequence gave is not taken back with the row.
            try await DchatMessenger().send(draft, way, on: connection).map { [Array($0.values.dropFirst())] } ?? []
        }
    }

    private var creation: CaseOperation {
        let members = (0..<DchatRequest.membersOfGroup).map { 200 + $0 }
        let draft = DchatGroups.Draft(owner: 199, name: "Those who count", members: members)
        return CaseOperation(
            id: "3d-create",
            title: "create a group of \(members.count + 1)",
            claimedRatio: nil,
            claim: "none; target 300 ms",
            change: .rolledBack,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            try await DchatGroups().create(draft, way, on: connection).map { [.integer(Int64($0))] }
        }
    }

    private var monthRead: CaseOperation {
        byMonth(id: "3f", "count what was written in a month, and by how many", .nothing) { copy, connection in
            try await connection.run(copy.count(DchatMonthlyCopy.readMonth)).map(\.values)
        }
    }

    private var monthTakenOut: CaseOperation {
        byMonth(id: "3f-delete", "take the oldest month out", .rolledBack) { copy, connection in
            try await copy.remove(DchatMonthlyCopy.oldestMonth, on: connection)
            return [[.timestamp(DchatMonthlyCopy.oldestMonth.start)]]
        }
    }

    private func byMonth(
        id: String,
        _ title: String,
        _ change: CaseOperation.Change,
        body: @escaping @Sendable (DchatMonthlyCopy, any Connection) async throws -> [[Value]]
    ) -> CaseOperation {
        var operation = CaseOperation(
            id: id,
            title: title,
            claimedRatio: nil,
            claim: "none; its statements do not run",
            change: change,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            try await body(DchatMonthlyCopy(way), connection)
        }
        operation.dialects = [.postgres]
        operation.opening = { way, engine in try await DchatMonthlyCopy(way).connect(to: engine) }
        return operation
    }

    private var deepPage: CaseOperation {
        let (size, pages) = (size, size == .large ? 20_000 : 400)
        return CaseOperation(
            id: "3e",
            title: "page \(pages + 1) of all messages",
            claimedRatio: nil,
            claim: "none; pages by LIMIT and OFFSET",
            change: .nothing,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            let shape = DchatShape(size: size, dialect: connection.dialect)
            // SQLite has a quarter of the rows at size L, so a quarter of the pages lie before.
            let isQuarter = size == .large && connection.dialect == .sqlite
            let before = pages * DchatHistory.pageSize / (isQuarter ? 4 : 1)
            return try await DchatHistory(shape: shape).page(after: before, way, on: connection).map(\.values)
        }
    }
}
