import MartletCore

/// Makes the rows of an application, in one dialect.
protocol CaseData: Sendable {
    associatedtype Study: CaseStudy

    var study: Study { get }
    var dialect: Dialect { get }
    /// The column of all tables that is counted; nil, if it says nothing else, where identifiers are drawn.
    var identityColumn: String? { get }
}

extension CaseData {
    var identityColumn: String? { nil }

    func table(
        _ name: String,
        _ columns: [String],
        _ rowCount: Int,
        makeRow: @escaping @Sendable () -> (_ number: Int) -> [Value]
    ) -> GeneratedTable {
        GeneratedTable(
            name: study.table(name, in: dialect),
            columns: columns,
            rowCount: rowCount,
            identityColumn: identityColumn,
            makeRow: makeRow
        )
    }
}
