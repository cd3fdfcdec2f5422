import Martlet
import MartletCore

/// Rows with few distinct values, NULLs, and values that differ in the last digit only.
struct PagingItems {
    let connection: any Connection
    private(set) var lastID = 0

    init(on connection: any Connection) async throws {
        self.connection = connection
        let types =
            switch connection.dialect {
            case .postgres: ("boolean", "timestamptz", "numeric", "text", "double precision")
            case .sqlite: ("INTEGER", "TEXT", "NUMERIC", "TEXT COLLATE NOCASE", "REAL")
            }
        try await connection.runScript(
            """
            CREATE TABLE items (
                id bigint PRIMARY KEY, tenant integer NOT NULL, flag \(types.0) NOT NULL, due \(types.1),
                amount \(types.2), name \(types.3), weight \(types.4) NOT NULL
            )
            """
        )
    }

    mutating func add(_ count: Int, using random: inout SplitMix64) async throws -> [Int] {
        var rows: [[Value]] = []
        for _ in 0..<count {
            lastID += 1
            rows.append([
                .integer(Int64(lastID)), .integer(Bool.random(using: &random) ? 1 : 2),
                .bool(Bool.random(using: &random)), due(using: &random), amount(using: &random),
                name(using: &random), .double([-0.0, 0, 0.1, 0.1.nextUp, -1e300].randomElement(using: &random) ?? 0),
            ])
        }
        _ = try await connection.load(
            rows,
            into: QualifiedName(schema: connection.dialect == .postgres ? "public" : "main", name: "items"),
            columns: ["id", "tenant", "flag", "due", "amount", "name", "weight"]
        )
        return rows.map { row in Int(from: row[0]) ?? 0 }
    }

    /// Instants a microsecond apart, around two moments.
    private func due(using random: inout SplitMix64) -> Value {
        if Int.random(in: 0..<5, using: &random) == 0 { return .null }
        let base: Int64 = Bool.random(using: &random) ? 1_767_225_599_999_998 : -3
        return .timestamp(Timestamp(microsecondsSince1970: base + Int64.random(in: 0..<4, using: &random)))
    }

    /// Numbers that a double could not tell apart on PostgreSQL, where they are exact.
    private func amount(using random: inout SplitMix64) -> Value {
        if Int.random(in: 0..<5, using: &random) == 0 { return .null }
        let digits = connection.dialect == .postgres ? "0.1000000000000000000" : "12."
        return DecimalNumber("\(digits)\(Int.random(in: 1..<5, using: &random))").map { .decimal($0) } ?? .null
    }

    private func name(using random: inout SplitMix64) -> Value {
        ["Ada", "ada", "", "Ángel", "b'c\"d\\", "z\u{1F426}", nil].randomElement(using: &random) ?? .null
    }

    static let nullable: Set<Identifier> = ["due", "amount", "name"]

    /// Some columns, each way, NULLs at either end, and the id behind them.
    static func order(using random: inout SplitMix64) -> [PageKey] {
        let columns: [Identifier] = ["flag", "due", "amount", "name", "weight"].shuffled(using: &random)
        var keys = columns.prefix(Int.random(in: 0...3, using: &random))
            .map { column in
                let nulls: PageKey.Nulls =
                    nullable.contains(column) ? (Bool.random(using: &random) ? .first : .last) : .never
                return PageKey(column, direction(using: &random), nulls: nulls)
            }
        keys.append(PageKey("id", direction(using: &random)))
        return keys
    }

    private static func direction(using random: inout SplitMix64) -> PageKey.Direction {
        Bool.random(using: &random) ? .ascending : .descending
    }
}
