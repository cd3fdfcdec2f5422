import Foundation
import MartletCore

/// Makes the rows of the component chat.
struct AuthChatData: CaseData {
    let study = AuthChatCaseStudy()
    let shape: AuthChatShape
    let dialect: Dialect
    let seed: DataSeed
    /// What all users' passwords are hashed with.
    let cost: PasswordCost

    /// What every user of the data set has chosen.
    package static let password = "correct horse battery staple"
    /// What lives, lives long enough to be alive whenever the data set is used, by any clock.
    static let farFuture = Timestamp(microsecondsSince1970: 4_102_444_800_000_000)

    var tables: [GeneratedTable] {
        [users, tokens, sessions, conversationSessions, messages, components, interactions, responses]
    }

    /// All users share one salt: 200,000 hashes of some tenths of a second each would take hours.
    ///
    /// A check costs the same whatever the salt.
    private var users: GeneratedTable {
        let columns = ["id", "email", "password_hash", "name", "roles", "created_at", "updated_at"]
        return table("users", columns, shape.users) { [shape, dialect, seed, cost] in
            var random = seed.generator(stream: 40)
            let salt = (0..<Bcrypt.saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            // A cost and a salt of the right form never fail; without a hash nobody could sign in, as tests would tell.
            let hash = (try? Bcrypt(cost).hash(Self.password, salt: salt)) ?? ""
            return { number in
                let created = Value.timestamp(DataSeed.instant(number, of: shape.users))
                let roles = number.isMultiple(of: 50) ? ["user", "admin"] : ["user"]
                return [
                    .uuid(AuthChatID.user(number)), .text("user\(number)@example.com"), .text(hash),
                    .text("User \(number)"), AuthRoles(roles).value(in: dialect), created, created,
                ]
            }
        }
    }

    private var tokens: GeneratedTable {
        let columns = ["id", "user_id", "type", "token", "token_hash", "expires_at", "revoked", "created_at"]
        return table("user_tokens", columns, shape.tokens) { [shape] in
            { number in
                let created = DataSeed.instant(number, of: shape.tokens)
                // The last of the expired ones were made in time to have expired by the end of the history.
                let expires =
                    shape.isExpired(token: number)
                    ? Timestamp(microsecondsSince1970: created.microsecondsSince1970 + 900_000_000) : Self.farFuture
                let token = AuthToken.numbered(number)
                return [
                    .uuid(AuthChatID.token(number)), .uuid(AuthChatID.user(shape.owner(ofToken: number))),
                    .text(shape.type(ofToken: number).rawValue), .text(token.text), .bytes(token.hash),
                    .timestamp(expires), .bool(shape.isRevoked(token: number)), .timestamp(created),
                ]
            }
        }
    }

    private var sessions: GeneratedTable {
        table("sessions", ["id", "user_id", "is_active", "created_at", "last_activity_at"], shape.sessions) { [shape] in
            { number in
                let created = Value.timestamp(DataSeed.instant(number, of: shape.sessions))
                return [
                    .uuid(AuthChatID.session(number)), .uuid(AuthChatID.user(shape.owner(ofSession: number))),
                    .bool(shape.isActive(session: number)), created, created,
                ]
            }
        }
    }

    private var conversationSessions: GeneratedTable {
        let columns = ["id", "session_id", "conversation_id", "created_at"]
        return table("conversation_sessions", columns, shape.sessions) { [shape] in
            { number in
                [
                    .uuid(AuthChatID.conversationSession(number)), .uuid(AuthChatID.session(number)),
                    .uuid(AuthChatID.conversation(shape.conversation(ofSession: number))),
                    .timestamp(DataSeed.instant(number, of: shape.sessions)),
                ]
            }
        }
    }

    private var messages: GeneratedTable {
        let columns = ["id", "session_id", "conversation_id", "role", "message_order", "content", "created_at"]
        return table("chat_messages", columns, shape.messages) { [shape, seed] in
            var random = seed.generator(stream: 45)
            let prose = Prose(using: &random)
            return { number in
                let session = shape.session(ofMessage: number)
                let order = shape.order(ofMessage: number)
                let role = order == 1 ? "system" : order.isMultiple(of: 2) ? "user" : "assistant"
                return [
                    .uuid(AuthChatID.message(number)), .uuid(AuthChatID.session(session)),
                    .uuid(AuthChatID.conversation(shape.conversation(ofSession: session))), .text(role),
                    .integer(Int64(order)), .text(prose.excerpt(using: &random)),
                    .timestamp(DataSeed.instant(number, of: shape.messages)),
                ]
            }
        }
    }

    private var components: GeneratedTable {
        let columns = ["id", "session_id", "type", "version", "is_current", "code", "created_at"]
        return table("components", columns, shape.components) { [shape, seed] in
            var random = seed.generator(stream: 46)
            let prose = Prose(using: &random)
            return { number in
                [
                    .uuid(AuthChatID.component(number)),
                    .uuid(AuthChatID.session(shape.session(ofComponent: number))),
                    .text(shape.type(ofComponent: number)), .integer(Int64(shape.version(ofComponent: number))),
                    .bool(shape.isCurrent(component: number)), .text(prose.excerpt(using: &random)),
                    .timestamp(DataSeed.instant(number, of: shape.components)),
                ]
            }
        }
    }

    private var interactions: GeneratedTable {
        let columns = ["id", "session_id", "conversation_id", "prompt", "created_at"]
        return table("ai_interactions", columns, shape.interactions) { [shape, seed] in
            var random = seed.generator(stream: 47)
            let prose = Prose(using: &random)
            return { number in
                let session = shape.session(ofInteraction: number)
                return [
                    .uuid(AuthChatID.interaction(number)), .uuid(AuthChatID.session(session)),
                    .uuid(AuthChatID.conversation(shape.conversation(ofSession: session))),
                    .text(prose.excerpt(using: &random)),
                    .timestamp(DataSeed.instant(number, of: shape.interactions)),
                ]
            }
        }
    }

    private var responses: GeneratedTable {
        let columns = [
            "id", "session_id", "conversation_id", "interaction_id", "response", "tokens_used", "created_at",
        ]
        return table("ai_responses", columns, shape.interactions) { [shape, seed] in
            var random = seed.generator(stream: 48)
            let prose = Prose(using: &random)
            return { number in
                let session = shape.session(ofInteraction: number)
                return [
                    .uuid(AuthChatID.response(number)), .uuid(AuthChatID.session(session)),
                    .uuid(AuthChatID.conversation(shape.conversation(ofSession: session))),
                    .uuid(AuthChatID.interaction(number)), .text(prose.excerpt(using: &random)),
                    .integer(Int64.random(in: 20...900, using: &random)),
                    .timestamp(DataSeed.instant(number, of: shape.interactions)),
                ]
            }
        }
    }
}
