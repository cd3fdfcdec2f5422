package import MartletCore

/// What was seen of a database and of those who use it: all that a rule may speak of.
package struct Observation: Sendable {
    /// What the database says of itself.
    package var catalog: Catalog
    /// What its applications do; nil where nobody looked.
    package var workload: Workload?
    /// Plans by the text of their statement in `workload.statistics`; those that could be had.
    package var plans: [String: Plan]
    /// From which numbers on something counts as much.
    package var thresholds: Thresholds

    package init(
        catalog: Catalog,
        workload: Workload? = nil,
        plans: [String: Plan] = [:],
        thresholds: Thresholds = Thresholds()
    ) {
        self.catalog = catalog
        self.workload = workload
        self.plans = plans
        self.thresholds = thresholds
    }
}
