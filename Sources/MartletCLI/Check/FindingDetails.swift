import MartletAdvisor
import MartletCore

/// All that is known about what a finding was found on: the statement with its plan, or the table with its columns,
/// indexes and keys, or each table and index of the database.
struct FindingDetails {
    /// Tables and indexes that are listed: more than anyone reads at once.
    private static let relationsMax = 100

    private let finding: Finding
    private let examination: Examination

    init(_ finding: Finding, of examination: Examination) {
        self.finding = finding
        self.examination = examination
    }

    /// The lines, without indentation but their own.
    var lines: [String] {
        if let statement { return lines(of: statement) }
        if let sequence = examination.catalog.sequences.first(where: { $0.name.subject == finding.subject }) {
            return lines(of: sequence)
        }
        if let table = table(named: finding.subject) { return TableDetails(table).lines }
        let isLocked = examination.catalog.lockedTables.contains { $0.name.subject == finding.subject }
        return isLocked ? [] : relationLines
    }

    // MARK: Statements

    private var statement: StatementStatistics? {
        guard case .available(let statistics, _) = examination.statements else { return nil }
        let dialect = examination.catalog.dialect
        return statistics.first { Fingerprint(of: $0.statement, dialect: dialect).description == finding.subject }
    }

    private func lines(of statistics: StatementStatistics) -> [String] {
        let text = statistics.statement.split(whereSeparator: \.isNewline).map { "  \($0)" }
        let counted =
            "\(Figures.count(statistics.calls, "call", "calls")), \(Figures.seconds(statistics.totalSeconds)) in all, "
            + "\(Figures.rows(statistics.rows))"
        return ["The statement, \(counted):"] + text + planLines(of: statistics.statement)
    }

    private func planLines(of statement: String) -> [String] {
        guard let plan = examination.plans[statement] else {
            let reason = examination.unplanned.first { $0.statement == statement }?.reason
            return ["Its plan could not be had" + (reason.map { ": \($0)" } ?? ".")]
        }
        return ["Its plan, by estimates; it was not run:"] + lines(of: plan.root, depth: 1)
    }

    private func lines(of node: PlanNode, depth: Int) -> [String] {
        let name = [node.label, node.table.map { "on \($0)" }, node.index.map { "by \($0)" }].compactMap(\.self)
        let rows = node.estimatedRows.map { " (\(Figures.rows($0)))" } ?? ""
        let indent = String(repeating: "  ", count: depth)
        let conditions = [node.indexCondition.map { "look-up: \($0)" }, node.filter.map { "row by row: \($0)" }]
            .compactMap(\.self)
        return ["\(indent)\(name.joined(separator: " "))\(rows)"] + conditions.map { "\(indent)    \($0)" }
            + node.children.flatMap { lines(of: $0, depth: depth + 1) }
    }

    // MARK: Tables and indexes

    /// The table that a subject names, or an index of which it names; a foreign key's begins with its table.
    private func table(named subject: String) -> Table? {
        let tables = examination.catalog.tables
        return tables.first { $0.name.subject == subject }
            ?? tables.first { $0.indexes.contains { $0.qualifiedName.subject == subject } }
            ?? tables.filter { subject.hasPrefix($0.name.subject + ".") }
            .max { $0.name.subject.count < $1.name.subject.count }
    }

    private func lines(of sequence: Catalog.Sequence) -> [String] {
        let tables = examination.catalog.tables
        let owner = tables.first { table in
            table.columns.contains { "\(table.name).\($0.name)" == sequence.ownedBy }
        }
        guard let owner else { return ["No column owns \(sequence.name)."] }
        // A column that refers to it must be made as wide as it is.
        let referring = tables.flatMap { table in
            table.constraints.compactMap { constraint -> String? in
                guard case .foreignKey(owner.name, let columns, _) = constraint.kind,
                    columns.contains(where: { "\(owner.name).\($0)" == sequence.ownedBy })
                else { return nil }
                return "  \(table.name)(\(constraint.columns.joined(separator: ", ")))"
            }
        }
        return TableDetails(owner).lines + (referring.isEmpty ? [] : ["Columns that refer to it:"] + referring)
    }

    /// Each table with its indexes, the largest first.
    private var relationLines: [String] {
        var rows: [(name: String, bytes: Int, cells: [String])] = []
        for table in examination.catalog.tables {
            let name = "\(table.name)"
            rows.append((name, table.tableBytes, ["table", name, Figures.bytes(table.tableBytes), ""]))
            for index in table.indexes {
                let use = index.scans.map { Figures.count($0, "look-up", "look-ups") } ?? ""
                let name = "\(index.qualifiedName) on \(table.name)"
                rows.append((name, index.sizeBytes, ["index", name, Figures.bytes(index.sizeBytes), use]))
            }
        }
        rows.sort { ($1.bytes, $0.name) < ($0.bytes, $1.name) }
        var table = TextTable(header: ["kind", "name", "size", "used"], rightAligned: [2, 3])
        for row in rows.prefix(Self.relationsMax) { table.append(row.cells) }
        let rest = rows.count - Self.relationsMax
        return table.lines + (rest > 0 ? ["and \(Figures.count(rest, "smaller one", "smaller ones"))"] : [])
    }
}
