/// One step of a plan as EXPLAIN prints it.
struct ExplainNode: Decodable {
    let type: String
    let table: String?
    let index: String?
    let joinType: String?
    let strategy: String?
    let partialMode: String?
    let operation: String?
    let totalCost: Double?
    let estimatedRows: Double?
    let actualRows: Double?
    let loops: Double?
    let indexCondition: String?
    let recheckCondition: String?
    let filter: String?
    let joinFilter: String?
    let removedByFilter: Double?
    let removedByJoinFilter: Double?
    let heapFetches: Double?
    let sortSpaceType: String?
    let hashBatches: Int?
    let aggregateBatches: Int?
    let diskUsage: Int?
    let sharedHit: Int?
    let sharedRead: Int?
    let localHit: Int?
    let localRead: Int?
    let temporaryRead: Int?
    let temporaryWritten: Int?
    let plans: [ExplainNode]?

    enum CodingKeys: String, CodingKey {
        case type = "Node Type"
        case table = "Relation Name"
        case index = "Index Name"
        case joinType = "Join Type"
        case strategy = "Strategy"
        case partialMode = "Partial Mode"
        case operation = "Operation"
        case totalCost = "Total Cost"
        case estimatedRows = "Plan Rows"
        case actualRows = "Actual Rows"
        case loops = "Actual Loops"
        case indexCondition = "Index Cond"
        case recheckCondition = "Recheck Cond"
        case filter = "Filter"
        case joinFilter = "Join Filter"
        case removedByFilter = "Rows Removed by Filter"
        case removedByJoinFilter = "Rows Removed by Join Filter"
        case heapFetches = "Heap Fetches"
        case sortSpaceType = "Sort Space Type"
        case hashBatches = "Hash Batches"
        case aggregateBatches = "HashAgg Batches"
        case diskUsage = "Disk Usage"
        case sharedHit = "Shared Hit Blocks"
        case sharedRead = "Shared Read Blocks"
        case localHit = "Local Hit Blocks"
        case localRead = "Local Read Blocks"
        case temporaryRead = "Temp Read Blocks"
        case temporaryWritten = "Temp Written Blocks"
        case plans = "Plans"
    }

    /// A hash join in one batch, and an aggregate in one or none, stays in memory.
    var usesDisk: Bool {
        sortSpaceType == "Disk" || hashBatches ?? 1 > 1 || aggregateBatches ?? 0 > 1 || diskUsage ?? 0 > 0
    }
}
