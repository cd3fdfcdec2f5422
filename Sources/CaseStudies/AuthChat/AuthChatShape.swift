import MartletCore

/// How many rows the component chat has, and what belongs to whom.
///
/// Rows of a table are dealt out in turn, so that those of one user or session lie as far apart as the times at which
/// they came. Four of five tokens have expired. Session 1 is the one that was never closed: it has more messages than
/// any other.
struct AuthChatShape: Sendable, Hashable {
    var users: Int
    var tokensPerUser: Int
    var sessions: Int
    var messages: Int
    var messagesOfSession1: Int

    /// Of five tokens of a user, how many have expired.
    static let expiredOfFive = 4
    /// Every tenth session goes on with the conversation of the session before.
    static let sessionsPerContinuation = 10
    /// A fifth of the messages are answered with a component, half of them go to the model.
    static let messagesPerComponent = 5
    static let messagesPerInteraction = 2
    /// A session that builds something builds these, each in five versions.
    static let componentTypes = ["form", "table", "chart", "page"]
    static let versionsPerComponent = 5

    init(size: CaseSize, dialect: Dialect) {
        switch size {
        case .small, .tenThousand:
            (users, tokensPerUser, sessions, messages, messagesOfSession1) = (500, 10, 1_000, 10_000, 510)
        case .large:
            (users, tokensPerUser, sessions, messages, messagesOfSession1) = (200_000, 5, 300_000, 1_000_000, 4_004)
            if dialect == .sqlite {
                (users, sessions, messages) = (50_000, 75_000, 250_000)
            }
        }
    }

    var tokens: Int { users * tokensPerUser }
    var components: Int { messages / Self.messagesPerComponent }
    var interactions: Int { messages / Self.messagesPerInteraction }

    // MARK: Tokens

    func owner(ofToken token: Int) -> Int { (token - 1) % users + 1 }

    /// The token's place among those of its user, from 0; the last fifth lives.
    func place(ofToken token: Int) -> Int { (token - 1) / users }

    func isExpired(token: Int) -> Bool {
        place(ofToken: token) * 5 < tokensPerUser * Self.expiredOfFive
    }

    func type(ofToken token: Int) -> AuthTokenType {
        let (user, place) = (owner(ofToken: token), place(ofToken: token))
        // Living ones let users in; what is sent by mail is used or forgotten within a day.
        guard isExpired(token: token) else { return (user + place).isMultiple(of: 2) ? .refresh : .access }
        return AuthTokenType.allCases[(user + place) % AuthTokenType.allCases.count]
    }

    /// Half of what has expired was revoked before; of what lives, the tokens of every twentieth user.
    func isRevoked(token: Int) -> Bool {
        isExpired(token: token) ? place(ofToken: token).isMultiple(of: 2) : owner(ofToken: token).isMultiple(of: 20)
    }

    /// The first token of a type that lives and is not revoked; of two neighbours one has each type that lives.
    func livingToken(_ type: AuthTokenType) -> Int {
        precondition(type == .access || type == .refresh, "no other lives")
        var token = tokens / 5 * Self.expiredOfFive + 1
        while self.type(ofToken: token) != type || isRevoked(token: token) { token += 1 }
        return token
    }

    // MARK: Sessions and what is in them

    func owner(ofSession session: Int) -> Int { (session - 1) % users + 1 }

    /// A user's last session is the one that is open.
    func isActive(session: Int) -> Bool { session + users > sessions }

    func conversation(ofSession session: Int) -> Int {
        session.isMultiple(of: Self.sessionsPerContinuation) ? session - 1 : session
    }

    func session(ofMessage message: Int) -> Int {
        message <= messagesOfSession1 ? 1 : 2 + (message - messagesOfSession1 - 1) % (sessions - 1)
    }

    /// The message's place in its session, from 1.
    func order(ofMessage message: Int) -> Int {
        message <= messagesOfSession1 ? message : (message - messagesOfSession1 - 1) / (sessions - 1) + 1
    }

    /// The sessions in which something is built, spread over all; each has every type in five versions.
    func session(ofComponent component: Int) -> Int {
        1 + (component - 1) % buildingSessions * (sessions / buildingSessions)
    }

    func type(ofComponent component: Int) -> String {
        Self.componentTypes[place(ofComponent: component) % Self.componentTypes.count]
    }

    /// From 1; the last is the current one.
    func version(ofComponent component: Int) -> Int {
        place(ofComponent: component) / Self.componentTypes.count + 1
    }

    func isCurrent(component: Int) -> Bool { version(ofComponent: component) == Self.versionsPerComponent }

    private func place(ofComponent component: Int) -> Int { (component - 1) / buildingSessions }

    private var buildingSessions: Int { components / Self.componentTypes.count / Self.versionsPerComponent }

    func session(ofInteraction interaction: Int) -> Int {
        session(ofMessage: interaction * Self.messagesPerInteraction)
    }
}
