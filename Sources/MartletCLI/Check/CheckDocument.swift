import MartletAdvisor
import MartletCore

/// The report of `check --format json`.
///
/// Keys keep their names and meaning; new ones may be added.
struct CheckDocument: Encodable {
    let database: String
    let dialect: Dialect
    let version: String
    let sizeBytes: Int
    let tables: Int
    let findings: [FindingDocument]
    let statements: [StatementStatistics]?
    let statementsUnavailable: String?

    init(_ examination: Examination, engine: any Engine, databaseInCommands: String, isDetailed: Bool) {
        database = engine.displayName
        dialect = examination.catalog.dialect
        version = examination.catalog.version
        sizeBytes = examination.catalog.sizeBytes
        tables = examination.catalog.tables.count
        findings = examination.findings.map { finding in
            FindingDocument(
                finding,
                next: NextCommand(for: finding, in: examination.catalog, databaseInCommands: databaseInCommands).text,
                details: isDetailed ? FindingDetails(finding, of: examination).lines : nil
            )
        }
        switch examination.statements {
        case .available(let statistics, _):
            statements = statistics
            statementsUnavailable = nil
        case .unavailable(let reason):
            statements = nil
            statementsUnavailable = reason
        }
    }
}

/// One finding for programs.
struct FindingDocument: Encodable {
    /// One remedy for programs.
    struct RemedyDocument: Encodable {
        let kind: String
        let summary: String
    }

    let id: String
    let rule: String
    let subject: String
    let severity: String
    let title: String
    let evidence: [String]
    let remedies: [RemedyDocument]
    /// The command that mends it, or shows all about it; left out where the database is gone afterwards.
    let next: String?
    /// What `--only` shows beside it.
    let details: [String]?

    init(_ finding: Finding, next: String? = nil, details: [String]? = nil) {
        id = finding.id
        rule = finding.rule
        subject = finding.subject
        severity = "\(finding.severity)"
        title = finding.title
        evidence = finding.evidence
        remedies = finding.remedies.map { RemedyDocument(kind: $0.kind, summary: $0.summary) }
        self.next = next
        self.details = details
    }
}
