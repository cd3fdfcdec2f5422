/// How a database runs a statement, or ran it.
public struct Plan: Sendable, Hashable, Codable {
    /// The topmost step.
    public var root: PlanNode
    /// The planner's own unit of effort; never a time.
    ///
    /// nil on SQLite, which has none.
    public var planCost: Double?
    /// Time the statement took on the server; nil unless it was run.
    public var executionSeconds: Double?
    /// Pages that were touched; nil unless it was run on PostgreSQL.
    public var buffers: Buffers?
    /// Steps of SQLite's virtual machine; nil unless it was run on SQLite.
    public var virtualMachineSteps: Int?

    /// Puts a plan together.
    public init(
        root: PlanNode,
        planCost: Double? = nil,
        executionSeconds: Double? = nil,
        buffers: Buffers? = nil,
        virtualMachineSteps: Int? = nil
    ) {
        self.root = root
        self.planCost = planCost
        self.executionSeconds = executionSeconds
        self.buffers = buffers
        self.virtualMachineSteps = virtualMachineSteps
    }

    /// All steps, parents before their children.
    public var nodes: [PlanNode] {
        root.flattened
    }
}

/// Pages of 8 kB that a PostgreSQL statement touched.
public struct Buffers: Sendable, Hashable, Codable {
    /// Pages found in shared buffers.
    public var hit: Int
    /// Pages that had to be read.
    public var read: Int
    /// Pages of temporary files, read and written.
    public var temporary: Int

    /// Takes the three numbers.
    public init(hit: Int, read: Int, temporary: Int = 0) {
        self.hit = hit
        self.read = read
        self.temporary = temporary
    }

    /// Pages touched in all, temporary ones left out.
    public var total: Int { hit + read }
}
