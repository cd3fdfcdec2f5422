/// One step of a plan.
public struct PlanNode: Sendable, Hashable, Codable {
    /// What a step does, as far as rules need to tell.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// Reads a whole table.
        case sequentialScan
        /// Reads a table through an index.
        case indexScan
        /// Reads an index alone.
        case indexOnlyScan
        /// Reads a table through a bitmap of one or more indexes.
        case bitmapScan
        /// Sorts.
        case sort
        /// Groups or counts.
        case aggregate
        /// Joins two inputs.
        case join
        /// Cuts after some rows.
        case limit
        /// Changes rows.
        case modify
        /// Anything else; `label` says what.
        case other
    }

    /// What it does.
    public var kind: Kind
    /// The engine's own words for it.
    public var label: String
    /// The table it reads.
    public var table: String?
    /// The index it uses.
    public var index: String?
    /// The condition that its index answers.
    public var indexCondition: String?
    /// The condition that it checks row by row.
    public var filter: String?
    /// Rows the planner expects, each time it runs.
    public var estimatedRows: Double?
    /// Rows it returned, each time it ran (a mean).
    public var actualRows: Double?
    /// How often it ran.
    public var loops: Double?
    /// Rows read and thrown away by its filter, each time it ran (a mean).
    public var rowsRemovedByFilter: Double?
    /// Rows an index-only scan had to look up in the table all the same.
    public var heapFetches: Double?
    /// Whether a sort or hash spilled to disk.
    public var usesDisk: Bool
    /// Its inputs.
    public var children: [PlanNode]

    /// Puts a step together.
    public init(
        kind: Kind,
        label: String,
        table: String? = nil,
        index: String? = nil,
        indexCondition: String? = nil,
        filter: String? = nil,
        estimatedRows: Double? = nil,
        actualRows: Double? = nil,
        loops: Double? = nil,
        rowsRemovedByFilter: Double? = nil,
        heapFetches: Double? = nil,
        usesDisk: Bool = false,
        children: [PlanNode] = []
    ) {
        self.kind = kind
        self.label = label
        self.table = table
        self.index = index
        self.indexCondition = indexCondition
        self.filter = filter
        self.estimatedRows = estimatedRows
        self.actualRows = actualRows
        self.loops = loops
        self.rowsRemovedByFilter = rowsRemovedByFilter
        self.heapFetches = heapFetches
        self.usesDisk = usesDisk
        self.children = children
    }

    /// This step and all below it.
    public var flattened: [PlanNode] {
        [self] + children.flatMap(\.flattened)
    }
}
