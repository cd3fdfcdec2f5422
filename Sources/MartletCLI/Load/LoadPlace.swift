import CaseStudies
import Foundation
import MartletAdvisor
import MartletCore
import MartletLoad

/// The database that is put under load: the user's, or one that is made for an application of the demo.
struct LoadPlace: Sendable {
    let engine: any Engine
    private let study: (any CaseStudy)?
    private let scenario: String
    private let way: Way
    private let size: CaseSize
    /// Present where it was made for this load.
    private let made: DemoDatabase?

    /// What reports call it; nobody can go to one that was made.
    var name: String {
        made == nil ? engine.displayName : "a throw-away \(engine.dialect == .postgres ? "PostgreSQL" : "SQLite file")"
    }

    /// Whether it is the user's, so that he must be told of writes.
    var isUsers: Bool { made == nil }

    /// Finds or makes it.
    static func make(_ command: LoadCommand, _ terminal: Terminal) async throws -> LoadPlace {
        let study = CaseName(rawValue: command.subject)?.study
        guard study != nil || FileManager.default.isReadableFile(atPath: command.subject) else {
            let applications = CaseName.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure(
                .usage,
                "there is no readable scenario file \(command.subject), and no application of that name; "
                    + "there are \(applications)"
            )
        }
        guard let study, command.database == nil else {
            let text = try DatabaseOption.text(command.database)
            return LoadPlace(
                engine: try DatabaseOption.engine(text, loops: command.threads),
                study: study,
                scenario: command.subject,
                way: command.way,
                size: command.size,
                made: nil
            )
        }
        terminal.progress("building \(study.name)")
        let database = try await DemoDatabase.make(
            command.engine,
            for: command.size,
            loops: command.threads,
            isDurable: true
        )
        do {
            try await CaseSide(study: study, size: command.size, way: command.way, indexesForced: nil)
                .build(on: database) { terminal.progress("building \(study.name): \($0)") }
        } catch {
            await database.stop()
            throw error
        }
        terminal.endProgress()
        return LoadPlace(
            engine: database.engine,
            study: study,
            scenario: command.subject,
            way: command.way,
            size: command.size,
            made: database
        )
    }

    func subject() async throws -> LoadSubject {
        guard let study else { return try LoadSubject(scenario: scenario, engine.dialect) }
        let table = study.tables(of: size, for: engine.dialect, seed: 1)[0].name
        if made == nil {
            do {
                _ = try await engine.withConnection(.readOnly) { try await $0.run("SELECT 1 FROM \(table) LIMIT 1") }
            } catch let error as EngineError where error.code == .undefinedObject {
                throw CommandFailure(
                    .usage,
                    "\(engine.displayName) does not hold the application \(study.name): \(table) is not there. "
                        + "Leave the database out, and one is made"
                )
            }
        }
        return LoadSubject(study, way, size, engine.dialect, keepsChanges: made != nil)
    }

    /// Removes what was made.
    func close() async {
        await made?.stop()
    }
}
