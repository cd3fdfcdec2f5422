import MartletCore

/// Makes the rows of the wallet messenger.
struct DchatData: CaseData {
    let study = DchatCaseStudy()
    let identityColumn: String? = "id"
    let shape: DchatShape
    let dialect: Dialect
    let seed: DataSeed

    var tables: [GeneratedTable] {
        [users, messages, groups, members]
    }

    private var users: GeneratedTable {
        let columns = ["id", "name", "wallet_address", "public_key", "created_at"]
        return table("users", columns, shape.users) { [shape] in
            { number in
                // A third has never published a key.
                let key: Value = number.isMultiple(of: 3) ? .null : .text("pk-\(DchatUser.wallet(number).dropFirst(2))")
                return [
                    .integer(Int64(number)), .text(DchatUser.name(number)), .text(DchatUser.wallet(number)), key,
                    .timestamp(DataSeed.instant(number, of: shape.users)),
                ]
            }
        }
    }

    private var messages: GeneratedTable {
        let columns = ["id", "sender_id", "receiver_id", "content", "status", "timestamp"]
        return table("messages", columns, shape.messages) { [shape, seed] in
            var random = seed.generator(stream: 31)
            let prose = Prose(using: &random)
            var places = DchatMessagePlaces(shape: shape)
            return { number in
                let place = places.next(number: number, using: &random)
                return [
                    .integer(Int64(number)), .integer(Int64(place.sender)), .integer(Int64(place.receiver)),
                    .text(prose.excerpt(using: &random)), .text(place.status),
                    .timestamp(shape.instant(ofMessage: number)),
                ]
            }
        }
    }

    private var groups: GeneratedTable {
        table("groups", ["id", "owner_id", "name", "is_public", "created_at"], shape.groups) { [shape] in
            { number in
                [
                    .integer(Int64(number)), .integer(Int64(shape.ordinaryUser(number * 31))),
                    .text("Group \(number)"), .bool(number.isMultiple(of: 5)),
                    .timestamp(DataSeed.instant(number, of: shape.groups)),
                ]
            }
        }
    }

    private var members: GeneratedTable {
        table("group_members", ["id", "group_id", "user_id", "joined_at"], shape.members) { [shape] in
            { number in
                let (group, user) = shape.membership(number)
                return [
                    .integer(Int64(number)), .integer(Int64(group)), .integer(Int64(user)),
                    .timestamp(DataSeed.instant(number, of: shape.members)),
                ]
            }
        }
    }
}
