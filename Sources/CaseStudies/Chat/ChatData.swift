import MartletCore

/// Makes the rows of the chat application.
///
/// Messages follow a power law over chats; those of one chat lie scattered over the table, as they do when many chats
/// go on at once. Each user's upload count is the number of files that he has.
struct ChatData: CaseData {
    let study = ChatCaseStudy()
    let identityColumn: String? = "id"
    let shape: ChatShape
    let dialect: Dialect
    let seed: UInt64

    var tables: [GeneratedTable] {
        [users, chats, messages, files]
    }

    private var users: GeneratedTable {
        let columns = ["id", "email", "name", "file_upload_count", "created_at", "deleted_at"]
        return table("users", columns, shape.users) { [self] in
            var uploads = Array(repeating: Int64(0), count: shape.users + 1)
            for file in 1...shape.files { uploads[owner(ofChat: chat(ofFile: file))] += 1 }
            return { number in
                [
                    .integer(Int64(number)), .text("user\(number)@example.com"), .text("User \(number)"),
                    .integer(uploads[number]), .timestamp(DataSeed.instant(number, of: shape.users)), .null,
                ]
            }
        }
    }

    private var chats: GeneratedTable {
        table("chats", ["id", "user_id", "title", "created_at", "updated_at", "deleted_at"], shape.chats) { [self] in
            var random = generator(stream: 2)
            return { number in
                let created = DataSeed.instant(number, of: shape.chats)
                let isDeleted = number > 2 && Double.random(in: 0..<1, using: &random) < ChatShape.deletedShare
                return [
                    .integer(Int64(number)), .integer(Int64(owner(ofChat: number))), .text("Chat \(number)"),
                    .timestamp(created), .timestamp(created), isDeleted ? .timestamp(created) : .null,
                ]
            }
        }
    }

    private var messages: GeneratedTable {
        let columns = ["id", "chat_id", "user_id", "role", "content", "created_at", "deleted_at"]
        return table("messages", columns, shape.messages) { [self] in
            var random = generator(stream: 3)
            var places = ChatMessagePlaces(shape: shape)
            let prose = Prose(using: &random)
            return { number in
                let place = places.next(using: &random)
                let created = Value.timestamp(DataSeed.instant(number, of: shape.messages))
                return [
                    .integer(Int64(number)), .integer(Int64(place.chat)),
                    .integer(Int64(owner(ofChat: place.chat))),
                    number.isMultiple(of: 2) ? "assistant" : "user", .text(prose.excerpt(using: &random)), created,
                    place.isDeleted ? created : .null,
                ]
            }
        }
    }

    private var files: GeneratedTable {
        let columns = [
            "id", "user_id", "chat_id", "storage_key", "file_name", "mime_type", "size_bytes", "created_at",
            "deleted_at",
        ]
        return table("files", columns, shape.files) { [self] in
            var random = generator(stream: 4)
            return { number in
                let chat = chat(ofFile: number)
                let created = Value.timestamp(DataSeed.instant(number, of: shape.files))
                let isDeleted = Double.random(in: 0..<1, using: &random) < ChatShape.deletedShare
                return [
                    .integer(Int64(number)), .integer(Int64(owner(ofChat: chat))), .integer(Int64(chat)),
                    .text("uploads/\(number)"), .text("picture-\(number).png"), "image/png",
                    .integer(Int64.random(in: 1_000...5_000_000, using: &random)), created,
                    isDeleted ? created : .null,
                ]
            }
        }
    }

    private func generator(stream: UInt64) -> SplitMix64 {
        DataSeed(seed).generator(stream: stream)
    }

    private func owner(ofChat chat: Int) -> Int {
        (chat - 1) % shape.users + 1
    }

    private func chat(ofFile file: Int) -> Int {
        var random = SplitMix64(seed: seed &+ UInt64(file))
        return Int.random(in: 1...shape.chats, using: &random)
    }
}
