package import Martlet
package import MartletCore

/// The chat application of the first source document.
package struct ChatCaseStudy: CaseStudy {
    package init() {}

    package let name = "chat"
    package let story = """
        To show three numbers, this application reads every row of three tables; to send one message, it reads all \
        messages of the chat.
        It is a chat with an assistant: users, chats, messages that are deleted softly, and uploaded files. A \
        dashboard counts each table by reading it, a chat's limit is checked by reading the chat, and each upload \
        reads the same user twice. Its document mends this with running counters.
        """

    package func schema(for dialect: Dialect) -> String {
        ChatSchema(dialect: dialect).script
    }

    package func tables(of size: CaseSize, for dialect: Dialect, seed: UInt64) -> [GeneratedTable] {
        ChatData(shape: ChatShape(size: size, dialect: dialect), dialect: dialect, seed: seed).tables
    }

    package func indexes(_ set: CaseIndexSet, for dialect: Dialect) -> [CaseIndex] {
        ChatSchema(dialect: dialect).indexes(set)
    }

    /// None: what mends this application are its counters.
    package func indexSet(of way: Way) -> CaseIndexSet? {
        nil
    }

    package func migration(for way: Way, dialect: Dialect) -> MigrationPlan? {
        switch way {
        case .before, .fair: nil
        case .seed: ChatSeedCounters(dialect: dialect).migration
        case .expert: ChatCounters(dialect: dialect).migration
        }
    }

    package func counters(for way: Way, dialect: Dialect) -> [CounterDefinition] {
        way == .expert ? ChatCounters(dialect: dialect).definitions : []
    }

    package let rulesMended: Set = ["fetch-to-count", "unbounded-read"]

    package func operations(of size: CaseSize) -> [CaseOperation] {
        ChatOperations(size: size).all
    }
}
