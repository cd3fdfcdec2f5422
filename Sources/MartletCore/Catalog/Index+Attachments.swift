extension Index {
    /// What PostgreSQL keeps of an index beside its definition, and forgets when the index is dropped.
    package struct Attachments: Sendable, Hashable {
        /// What COMMENT ON INDEX said.
        package var comment: String?
        /// Whether CLUSTER without a name orders the table by it.
        package var isClustered: Bool
        /// Targets for the statistics of its expressions, by their number in the key.
        package var statisticsTargets: [Int: Int]
        /// The tablespace it lies in; nil for the one of the database.
        package var tablespace: String?

        package init(
            comment: String? = nil,
            isClustered: Bool = false,
            statisticsTargets: [Int: Int] = [:],
            tablespace: String? = nil
        ) {
            self.comment = comment
            self.isClustered = isClustered
            self.statisticsTargets = statisticsTargets
            self.tablespace = tablespace
        }
    }
}
