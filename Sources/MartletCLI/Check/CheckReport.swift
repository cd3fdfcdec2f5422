import MartletAdvisor
import MartletCore

/// What `check` found, for people and for programs: first the verdict, then the evidence, then the next command.
struct CheckReport {
    /// Statements that are listed for people.
    private static let statementsShown = 10
    /// Characters of a statement on one line.
    private static let statementWidth = 88

    private let examination: Examination
    private let engine: any Engine
    private let databaseInCommands: String
    private let isDetailed: Bool

    /// A report that names commands for this database.
    ///
    /// `databaseInCommands` is how the database stands in a command line, with a space behind; empty for DATABASE_URL.
    /// With `isDetailed` each finding comes with all that is known about what it was found on.
    init(_ examination: Examination, engine: any Engine, databaseInCommands: String, isDetailed: Bool = false) {
        self.examination = examination
        self.engine = engine
        self.databaseInCommands = databaseInCommands
        self.isDetailed = isDetailed
    }

    /// The report for people.
    func lines(_ terminal: Terminal) -> [String] {
        if isDetailed, examination.findings.isEmpty { return ["Nothing of that kind was found.", heading] }
        var lines = isDetailed ? [] : [verdict(terminal)]
        lines += [terminal.toned(heading, .quiet), ""]
        for finding in examination.findings {
            let found = isDetailed ? detailedLines(of: finding, terminal) : self.lines(of: finding, terminal)
            lines += found.map(\.onOneLine) + [""]
        }
        return isDetailed ? lines.dropLast() : lines + statementLines(terminal)
    }

    /// The report for programs.
    var json: String {
        CheckDocument(examination, engine: engine, databaseInCommands: databaseInCommands, isDetailed: isDetailed)
            .json
    }

    private var heading: String {
        let catalog = examination.catalog
        let name = catalog.dialect == .postgres ? "PostgreSQL" : "SQLite"
        let tables = Figures.count(catalog.tables.count, "table", "tables")
        return "\(engine.displayName) · \(name) \(catalog.version) · \(tables) · \(Figures.bytes(catalog.sizeBytes))"
    }

    private func verdict(_ terminal: Terminal) -> String {
        let findings = examination.findings
        if examination.catalog.tables.isEmpty {
            return "There is no table in this database; nothing to check."
        }
        let counts = Finding.Severity.allCases.reversed()
            .compactMap { severity -> String? in
                let count = findings.count { $0.severity == severity }
                return count == 0 ? nil : Figures.count(count, severity.noun, severity.noun + "s")
            }
        guard let first = findings.first, first.severity > .note else {
            return terminal.toned("Nothing is wrong with the schema.", .good)
                + (counts.isEmpty ? "" : " \(counts.joined(separator: ", ")) worth knowing.")
        }
        return terminal.toned("\(counts.joined(separator: ", ")).", .strong) + " First: \(first.title)"
    }

    private func lines(of finding: Finding, _ terminal: Terminal) -> [String] {
        ["\(label(of: finding, terminal))  \(finding.title)"] + finding.evidence.map(Self.indented)
            + finding.remedies.prefix(1).map { Self.indented("→ \($0.summary)") }
            + [Self.indented(terminal.toned(next(finding).text, .strong))]
    }

    /// All remedies, what each was found on, and how to go on where Martlet does not.
    private func detailedLines(of finding: Finding, _ terminal: Terminal) -> [String] {
        let next = next(finding)
        let last = next.mends ? [terminal.toned(next.text, .strong)] : next.refusal.map { ["By hand: \($0)"] } ?? []
        let lines =
            finding.evidence + finding.remedies.map { "→ \($0.summary)" } + last
            + FindingDetails(finding, of: examination).lines
        return ["\(label(of: finding, terminal))  \(finding.title)"] + lines.map(Self.indented)
    }

    private func label(of finding: Finding, _ terminal: Terminal) -> String {
        terminal.toned(finding.severity.label, finding.severity.tone)
    }

    private func next(_ finding: Finding) -> NextCommand {
        NextCommand(for: finding, in: examination.catalog, databaseInCommands: databaseInCommands)
    }

    private static func indented(_ line: String) -> String {
        "          \(line)"
    }

    private func statementLines(_ terminal: Terminal) -> [String] {
        switch examination.statements {
        case .unavailable(let reason):
            return examination.catalog.dialect == .sqlite ? [] : ["Statements: \(reason)"]
        case .available(let statistics, let since):
            guard !statistics.isEmpty else { return ["Statements: none were counted yet."] }
            let total = statistics.reduce(0) { $0 + $1.totalSeconds }
            var table = TextTable(
                header: ["total", "share", "calls", "mean", "statement"],
                rightAligned: [0, 1, 2, 3]
            )
            for statement in statistics.prefix(Self.statementsShown) {
                table.append([
                    Figures.seconds(statement.totalSeconds),
                    total > 0 ? Figures.percent(statement.totalSeconds / total) : "–",
                    Figures.count(statement.calls),
                    Figures.seconds(statement.meanSeconds),
                    OneLine.text(statement.statement, width: Self.statementWidth),
                ])
            }
            let period = since.map { " since \($0.description.prefix(16)) UTC" } ?? ""
            return ["Statements by total time\(period):"] + table.lines.map { "  " + $0 }
        }
    }
}

extension String {
    /// The text with its line breaks shown as `\\n`: a name may have them, and must not forge a line of the report.
    fileprivate var onOneLine: String {
        split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: "\\n")
    }
}

extension Finding.Severity {
    /// `warning`.
    var noun: String {
        switch self {
        case .note: "note"
        case .warning: "warning"
        case .critical: "critical finding"
        }
    }

    /// `WARNING`, all of one width.
    var label: String {
        switch self {
        case .note: "NOTE    "
        case .warning: "WARNING "
        case .critical: "CRITICAL"
        }
    }

    var tone: Terminal.Tone {
        switch self {
        case .note: .quiet
        case .warning: .warning
        case .critical: .bad
        }
    }
}
