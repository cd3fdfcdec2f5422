package import MartletCore

/// The component chat of the fifth source document, and the accounts of its users.
package struct AuthChatCaseStudy: CaseStudy {
    package init() {}

    package let name = "authchat"
    package let story = """
        To let a user in, this application reads a table of tokens from end to end, sends seven statements one after \
        the other, and hashes the password on the thread that everyone else waits for.
        It is a chat that builds components: users with tokens and sessions, messages, components in versions, what \
        was asked of a model and what it said. Its document adds nineteen indexes, runs statements side by side and \
        caches profiles; the login stays above its target, and five at once take four times as long as one.
        """

    package func schema(for dialect: Dialect) -> String {
        AuthChatSchema(dialect: dialect).script
    }

    package func tables(of size: CaseSize, for dialect: Dialect, seed: UInt64) -> [GeneratedTable] {
        AuthChatData(
            shape: AuthChatShape(size: size, dialect: dialect),
            dialect: dialect,
            seed: DataSeed(seed),
            cost: Self.cost(of: size)
        )
        .tables
    }

    package func indexes(_ set: CaseIndexSet, for dialect: Dialect) -> [CaseIndex] {
        AuthChatSchema(dialect: dialect).indexes(set)
    }

    package func migration(for way: Way, dialect: Dialect) -> MigrationPlan? {
        way == .expert ? AuthChatConstraints(dialect: dialect).migration : nil
    }

    /// None: that an address may have two accounts shows in no statement.
    package let rulesMended: Set<String> = []

    package func operations(of size: CaseSize) -> [CaseOperation] {
        AuthChatOperations(size: size).all
    }

    /// What passwords of a data set are hashed with.
    package static func cost(of size: CaseSize) -> PasswordCost {
        size == .large ? .production : .ofSmallDataSets
    }
}
