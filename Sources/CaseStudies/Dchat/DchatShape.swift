package import MartletCore

/// How many rows the wallet messenger has, and who writes to whom.
///
/// Users 8 and 9 are the two who write with everybody, but only once, long ago, with each other. Users 3 and 4 have a
/// long conversation. User 123 has not opened the application for a while, user 7 is in many groups. All users behind
/// them are ordinary: each writes with a few friends.
package struct DchatShape: Sendable, Hashable {
    package private(set) var users: Int
    package private(set) var messages: Int
    package private(set) var groups: Int
    package private(set) var members: Int
    /// Messages of user 8, and of user 9: half of them sent, half received.
    package private(set) var messagesOfHeavyUser: Int
    /// Messages between users 3 and 4.
    package private(set) var messagesOfPair: Int
    /// Messages that user 123 has not read.
    package private(set) var unreadOfUser123: Int
    /// Groups that user 7 is in.
    package private(set) var groupsOfUser7: Int

    /// The only message between users 8 and 9.
    package static let commonMessage = 2
    /// The first user without a part of his own.
    package static let firstOrdinaryUser = 124
    /// Users that an ordinary user writes to: those behind him.
    package static let friends = 8
    /// User 123 has read four messages for each that he has not.
    static let readPerUnread = 4

    package init(size: CaseSize, dialect: Dialect) {
        (users, messages, groups, members) = (1_000, 30_000, 200, 4_000)
        (messagesOfHeavyUser, messagesOfPair, unreadOfUser123, groupsOfUser7) = (6_000, 1_000, 300, 160)
        guard size == .large else { return }
        (users, messages, groups, members) = (50_000, 3_600_000, 20_000, 400_000)
        (messagesOfHeavyUser, messagesOfPair, unreadOfUser123, groupsOfUser7) = (300_000, 5_000, 1_800, 4_000)
        if dialect == .sqlite { divide(by: 4) }
    }

    private mutating func divide(by divisor: Int) {
        users /= divisor
        messages /= divisor
        groups /= divisor
        members /= divisor
        messagesOfHeavyUser /= divisor
        messagesOfPair /= divisor
        unreadOfUser123 /= divisor
        groupsOfUser7 /= divisor
    }

    package var ordinaryUsers: Int { users - Self.firstOrdinaryUser + 1 }

    /// The ordinary user of a number from 0, which may be beyond their number.
    package func ordinaryUser(_ number: Int) -> Int {
        Self.firstOrdinaryUser + number % ordinaryUsers
    }

    // MARK: Time

    /// Messages of a block, within which some have changed places.
    private static let block = 1_000

    /// The place in time of a message, from 1: nearly, but not quite, that of its number.
    ///
    /// One in ten was written where there was no network, or by a clock that is ahead: in each block, it has changed
    /// places with the message half a block away. So the same function tells the message of a place.
    package func placeInTime(ofMessage number: Int) -> Int {
        let index = number - 1
        let (start, offset) = (index / Self.block * Self.block, index % Self.block)
        guard offset % 10 == 5, start + Self.block <= messages else { return number }
        return start + (offset + Self.block / 2) % Self.block + 1
    }

    /// The message at a place in time, from 1.
    package func message(atPlaceInTime place: Int) -> Int {
        placeInTime(ofMessage: place)
    }

    /// When a message was written.
    package func instant(ofMessage number: Int) -> Timestamp {
        DataSeed.instant(placeInTime(ofMessage: number), of: messages)
    }

    // MARK: Groups

    /// The group and the user of a membership, which occur together only once.
    func membership(_ number: Int) -> (group: Int, user: Int) {
        let turn = members / groupsOfUser7
        if number.isMultiple(of: turn) { return (number / turn, 7) }
        let group = (number - 1) % groups + 1
        let round = (number - 1) / groups
        // 97 shares no factor with the number of ordinary users of any size, so rounds give different users.
        return (group, ordinaryUser(group * 31 + round * 97))
    }
}
