/// One plan as EXPLAIN prints it, with the names that it uses.
struct ExplainOutput: Decodable {
    let plan: ExplainNode
    let executionMilliseconds: Double?

    enum CodingKeys: String, CodingKey {
        case plan = "Plan"
        case executionMilliseconds = "Execution Time"
    }
}
