import MartletCore

/// An operation of statements that are known before it runs: no answer decides what comes next.
struct LoadScript: Sendable {
    /// One statement, and where its values come from.
    private struct Step: Sendable {
        let statement: Statement
        /// For each placeholder, the place of its value among those that are drawn.
        let places: [Int]
        /// Whether these are all that are drawn, in their order.
        let takesAll: Bool

        func bound(_ values: [Value]) -> BoundStatement {
            statement.binding(values: takesAll ? values : places.map { values[$0] })
        }
    }

    private let sources: [ParameterSource]
    private let steps: [Step]
    /// The statement that begins the transaction; nil where each step is its own.
    private let begin: BoundStatement?
    private let isReadOnly: Bool

    /// Each name in the statements has a source.
    init(_ templates: [StatementTemplate], _ parameters: [String: ParameterSource], _ dialect: Dialect) {
        self.init(templates, parameters, dialect, begin: nil, isReadOnly: false)
    }

    /// The statements as one transaction.
    init(
        transaction templates: [StatementTemplate],
        _ parameters: [String: ParameterSource],
        _ dialect: Dialect,
        isReadOnly: Bool
    ) {
        let begin = BoundStatement.begin(isolation: .readCommitted, readOnly: isReadOnly, dialect)
        self.init(templates, parameters, dialect, begin: begin, isReadOnly: isReadOnly)
    }

    private init(
        _ templates: [StatementTemplate],
        _ parameters: [String: ParameterSource],
        _ dialect: Dialect,
        begin: BoundStatement?,
        isReadOnly: Bool
    ) {
        let used = Set(templates.flatMap(\.names)).sorted()
        sources = used.compactMap { parameters[$0] }
        precondition(sources.count == used.count, "a statement has a name that no parameter has")
        steps = templates.map { template in
            let places = template.names.compactMap { used.firstIndex(of: $0) }
            return Step(statement: template.statement, places: places, takesAll: places == Array(used.indices))
        }
        self.begin = begin
        self.isReadOnly = isReadOnly
    }

    var isTransaction: Bool { begin != nil }

    /// Statements of one run, those around a transaction included.
    var count: Int { steps.count + (isTransaction ? 2 : 0) }

    /// The values of one run.
    func draw(_ random: inout SplitMix64) -> [Value] {
        sources.map { $0.next(using: &random) }
    }

    /// A statement of a run, by its place.
    func statement(_ place: Int, _ values: [Value]) -> BoundStatement {
        guard let begin else { return steps[place].bound(values) }
        if place == 0 { return begin }
        return place > steps.count ? "COMMIT" : steps[place - 1].bound(values)
    }

    /// One run.
    func run(_ random: inout SplitMix64, on connection: any Connection) async throws {
        let values = draw(&random)
        guard isTransaction else {
            for step in steps { _ = try await connection.run(step.bound(values), timeout: nil) }
            return
        }
        try await connection.transaction(readOnly: isReadOnly) { connection in
            for step in steps { _ = try await connection.run(step.bound(values), timeout: nil) }
        }
    }
}
