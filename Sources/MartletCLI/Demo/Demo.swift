import CaseStudies
import Martlet
import MartletAdvisor
import MartletCore

/// One application taken through the whole loop: capture, diagnose, prove, apply, verify, and back again.
struct Demo: Sendable {
    let study: any CaseStudy
    let dialect: Dialect
    let size: CaseSize
    let roundTripTime: Duration
    let indexes: CaseIndexSet
    let terminal: Terminal
    /// Whether the story is told on standard output; a document for programs follows instead if not.
    let tellsStory: Bool

    /// Time for the timed runs of one proof.
    private var proofTime: Duration {
        guard size != .large else { return .seconds(10) }
        let proofs = study.operations(of: size, for: dialect).reduce(0) { $0 + $1.ways.count - 1 }
        return min(.seconds(2), Self.proofsTime / max(1, proofs))
    }

    /// Time for the timed runs of all proofs: small enough that a demo of size S ends within a minute.
    private static let proofsTime = Duration.seconds(24)

    /// Runs the loop and returns what was measured.
    func run() async throws -> DemoResult {
        terminal.progress("starting \(dialect == .postgres ? "a private PostgreSQL" : "an SQLite file")")
        let database = try await DemoDatabase.make(dialect, for: size)
        do {
            let result = try await run(on: database)
            await database.stop()
            return result
        } catch {
            await database.stop()
            throw error
        }
    }

    private func run(on database: DemoDatabase) async throws -> DemoResult {
        try await build(database)
        let original = try await snapshot(database)
        let workload = try await capture(.before, on: database)
        let findings = try await diagnose(workload, database)
        let expert = try await database.copy(named: "expert")
        let migrations = try await plan(findings, database, mended: expert)
        let rows = try await prove(on: database, expert: expert)
        try await apply(migrations, to: database, loudly: true)
        try await addCounters(of: .expert, to: database, loudly: true)
        let after = try await capture(.expert, on: database)
        try await rollBack(migrations, countersOf: .expert, on: database)
        let restored = try await snapshot(database)
        let difference = original.difference(to: restored)
        tell(
            difference.isEmpty
                ? "The schema is what it was: \(Figures.count(original.lines.count, "line", "lines")) of it compared."
                : "The schema is NOT what it was:\n" + difference.joined(separator: "\n")
        )
        return DemoResult(
            study: study.name,
            dialect: dialect,
            version: try await version(database),
            size: size,
            roundTripTime: roundTripTime,
            findings: findings,
            migrations: migrations,
            counters: study.counters(for: .expert, dialect: dialect).map(\.name),
            rows: rows,
            before: workload.traces,
            after: after.traces,
            isSchemaRestored: difference.isEmpty
        )
    }

    // MARK: Build

    private func build(_ database: DemoDatabase) async throws {
        terminal.endProgress()
        tell(study.story)
        let stopwatch = ContinuousClock.now
        let rows = try await database.engine.withConnection(.readWrite) { connection in
            var built = 0
            try await CaseBuilder(study, size: size)
                .build(on: connection, indexes: indexes) { loaded, all in
                    built = all
                    terminal.progress("building: \(Figures.count(loaded)) of \(Figures.rows(all))")
                }
            return built
        }
        terminal.endProgress()
        tell("Built on \(try await version(database)): \(Figures.rows(rows)) in \(Figures.duration(.now - stopwatch)).")
    }

    private func version(_ database: DemoDatabase) async throws -> String {
        let catalog = try await database.engine.withConnection(.readOnly) { try await $0.catalog() }
        return "\(dialect == .postgres ? "PostgreSQL" : "SQLite") \(catalog.version)"
    }

    private func snapshot(_ database: DemoDatabase) async throws -> SchemaSnapshot {
        SchemaSnapshot(try await database.engine.withConnection(.readOnly) { try await $0.catalog() })
    }

    // MARK: Capture

    /// Runs each operation once under capture; what it changes is rolled back.
    private func capture(_ way: Way, on database: DemoDatabase) async throws -> Workload {
        heading(
            way == .before
                ? "Capture: what the application does" : "Verify: the operations again, on the mended database"
        )
        let recorder = TraceRecorder()
        let engine = RecordingEngine(database.engine.delayed(by: roundTripTime), recorder: recorder)
        for operation in study.operations(of: size, for: dialect) {
            guard let body = operation.ways[way] else { continue }
            terminal.progress("running \(operation.id)")
            try await operation.withConnection(way, to: engine) { connection in
                if operation.change == .rolledBack { try await connection.run("BEGIN") }
                try await recorder.withTrace(operation.title) { _ = try await body(connection) }
                if operation.change == .rolledBack { try await connection.run("ROLLBACK") }
            }
        }
        terminal.endProgress()
        for trace in recorder.traces { tell(Self.line(trace)) }
        return recorder.workload
    }

    private static func line(_ trace: Trace) -> String {
        "  \(trace.name): \(Figures.count(trace.executions.count, "statement", "statements")), "
            + "\(Figures.count(trace.roundTrips, "round trip", "round trips")), \(Figures.rows(trace.rows)), "
            + "\(Figures.bytes(trace.bytes)), \(Figures.duration(trace.duration))"
    }

    // MARK: Diagnose

    private func diagnose(_ workload: Workload, _ database: DemoDatabase) async throws -> [Finding] {
        heading("Diagnose: what is slow, and why")
        let catalog = try await database.engine.withConnection(.readOnly) { try await $0.catalog() }
        let rules = RuleSet(RuleSet.catalog.rules + RuleSet.traces.rules)
        let findings = rules.findings(in: Observation(catalog: catalog, workload: workload))
        for finding in findings where finding.severity > .note {
            tell("  \(terminal.toned(finding.severity.label, finding.severity.tone)) \(finding.title)")
            for line in finding.evidence { tell("             \(line)") }
            if let remedy = finding.remedies.first {
                tell("             → \(OneLine.text(remedy.summary, width: 110))")
            }
        }
        let notes = findings.count { $0.severity == .note }
        if notes > 0 { tell("  and \(Figures.count(notes, "note", "notes"))") }
        return findings
    }

    /// All that changes the schema, applied to the copy already.
    ///
    /// What the expert's way of the operations needs, then the remedies of those findings that are still true. The
    /// copy gets the expert's counters as well.
    private func plan(
        _ findings: [Finding],
        _ database: DemoDatabase,
        mended: DemoDatabase
    ) async throws -> [Migration] {
        var migrations = try ownPlans(of: .expert, mending: findings)
        try await apply(migrations, to: mended, loudly: false)
        let catalog = try await mended.engine.withConnection(.readOnly) { try await $0.catalog() }
        let planner = MigrationPlanner(catalog: catalog)
        let left = Set(RuleSet.catalog.findings(in: Observation(catalog: catalog)).map(\.id))
        let remedies =
            try findings.filter { $0.severity > .note && left.contains($0.id) }
            .compactMap { finding in
                let remedy = finding.remedies.first(where: \.isApplicable)
                return try remedy.map { try migration(planner.plan($0), for: finding.id) }
            }
        try await apply(remedies, to: mended, loudly: false)
        try await addCounters(of: .expert, to: mended, loudly: false)
        migrations += remedies
        return migrations
    }

    /// What a way of the operations brings along: its indexes in the place of those there are, and its own change.
    private func ownPlans(of way: Way, mending findings: [Finding] = []) throws -> [Migration] {
        func first(_ rules: Set<String>) -> String { findings.first { rules.contains($0.rule) }?.id ?? "" }
        let change = study.indexSet(of: way).map { IndexSetChange(study, from: indexes, to: $0, dialect: dialect) }
        let own = study.migration(for: way, dialect: dialect)
        return try [
            change?.plan.map { try migration($0, for: first([ForeignKeyWithoutIndex.name])) },
            own.map { try migration($0, for: first(study.rulesMended)) },
        ]
        .compactMap(\.self)
    }

    private func migration(_ plan: MigrationPlan, for finding: String) throws -> Migration {
        Migration(plan, finding: finding, dialect: dialect, createdAt: MigrationDesk.now())
    }

    // MARK: Prove

    private func prove(on database: DemoDatabase, expert: DemoDatabase) async throws -> [DemoRow] {
        heading("Prove: each way on a copy of this data, before and after in turn")
        let seed = try await database.copy(named: "seed")
        try await apply(ownPlans(of: .seed), to: seed, loudly: false)
        try await addCounters(of: .seed, to: seed, loudly: false)
        let sides: [Way: DemoDatabase] = [.seed: seed, .expert: expert]
        let operations = study.operations(of: size, for: dialect)
        var rows: [DemoRow] = []
        for (number, operation) in operations.enumerated() where operation.ways[.before] != nil {
            terminal.progress("proving \(operation.id) (\(number + 1) of \(operations.count))")
            let settings = Prover.Settings(timeMax: proofTime * (operation.ways.count - 1))
            let proof = try await CaseProver(settings: settings, roundTripTime: roundTripTime)
                .prove(operation) { (sides[$0] ?? database).engine }
            let row = DemoRow(operation, proofs: proof.proofs, dialect: dialect, roundTripTime: roundTripTime)
            rows.append(row)
            terminal.endProgress()
            tell("  \(operation.id)  \(operation.title)")
            for line in row.evidence { tell("      \(line)") }
        }
        return rows
    }

    // MARK: Apply and roll back

    private func apply(_ migrations: [Migration], to database: DemoDatabase, loudly: Bool) async throws {
        if loudly { heading("Apply: as migrations that can be undone") }
        let runner = MigrationDesk(engine: database.engine, terminal: terminal).quietRunner
        for migration in migrations {
            terminal.progress("applying \(migration.plan.name)")
            let report = try await runner.apply(migration)
            guard loudly else { continue }
            terminal.endProgress()
            let checks = Figures.count(report.verification.checks.count, "query", "queries")
            tell("  \(report.outcome.rawValue), verified by \(checks): \(migration.plan.summary)")
        }
        terminal.endProgress()
    }

    /// Counters come after all migrations: to count for the parents of rows is fast where there are indexes.
    private func addCounters(of way: Way, to database: DemoDatabase, loudly: Bool) async throws {
        terminal.progress("counting")
        let counters = CaseCounters(study, way, on: database.engine)
        let verifications = try await counters.addVerified()
        terminal.endProgress()
        guard loudly else { return }
        for (definition, verification) in zip(counters.definitions, verifications) {
            let numbers = Figures.count(verification.keysChecked, "number", "numbers")
            tell(
                "  applied, verified by counting \(numbers): Counts \(definition.summary) as \(definition.name)."
            )
        }
    }

    private func rollBack(_ migrations: [Migration], countersOf way: Way, on database: DemoDatabase) async throws {
        heading("Roll back: everything")
        let counters = CaseCounters(study, way, on: database.engine)
        try await counters.remove()
        for definition in counters.definitions.reversed() { tell("  rolled back: the counter \(definition.name)") }
        let runner = MigrationDesk(engine: database.engine, terminal: terminal).quietRunner
        for migration in migrations.reversed() {
            let report = try await runner.rollback(migration.id)
            tell("  \(report.outcome.rawValue): \(migration.plan.name)")
        }
    }

    // MARK: Telling

    private func heading(_ title: String) {
        terminal.endProgress()
        tell("")
        tell(terminal.toned(title, .strong))
    }

    private func tell(_ line: String) {
        if tellsStory { terminal.say(line) } else if !line.isEmpty { terminal.note(line) }
    }
}
