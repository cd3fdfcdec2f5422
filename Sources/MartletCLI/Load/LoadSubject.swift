import CaseStudies
import MartletCore
import MartletLoad

/// What is put under load: operations, and how fast they have to be.
struct LoadSubject: Sendable {
    let operations: [LoadOperation]
    var targets: [String: LatencyTarget]
    /// Whether the operations may change the database.
    let writes: Bool
    /// Operations of an application that are no part of its load, each with the reason.
    let leftOut: [String]

    /// What a scenario file says.
    init(scenario path: String, _ dialect: Dialect) throws(CommandFailure) {
        let file = try ScenarioFile.read(path)
        (operations, targets) = try file.subject(dialect, path: path)
        writes = file.writes
        leftOut = []
    }

    /// What the users of an application ask for.
    ///
    /// Unless it keeps changes, whatever they change is rolled back.
    init(_ study: any CaseStudy, _ way: Way, _ size: CaseSize, _ dialect: Dialect, keepsChanges: Bool) {
        let requests = study.requests(way, of: size, for: dialect).map { keepsChanges ? $0 : $0.leavingNothing }
        operations = requests.map { LoadOperation(name: $0.name, weight: $0.share, body: $0.body) }
        targets = [:]
        for request in requests {
            guard let target = request.target else { continue }
            targets[request.name] = LatencyTarget(target.time, acceptable: target.acceptable)
        }
        writes = true
        leftOut = Self.leftOut(of: study.operations(of: size, for: dialect), way, requests)
    }

    private static func leftOut(of operations: [CaseOperation], _ way: Way, _ requests: [CaseRequest]) -> [String] {
        let names = Set(requests.map(\.name))
        // An application that draws its requests has others than its operations.
        guard names.isSubset(of: operations.map(\.id)) else { return [] }
        return operations.filter { !names.contains($0.id) }
            .map { operation in
                let reason =
                    operation.ways[way] == nil
                    ? "not written in the way \(way.rawValue)"
                    : operation.isLoad ? "is several users at once by itself" : "needs more than a session"
                return "\(operation.id) (\(reason))"
            }
    }

    /// Takes the targets of a file, which win over those that are known already.
    mutating func setTargets(of path: String) throws(CommandFailure) {
        let file = try YAMLFile.read(Configuration.self, at: path, option: "--targets", page: ScenarioFile.page)
        guard !file.targets.isEmpty else {
            throw CommandFailure(.usage, "\(path) has no targets; see \(ScenarioFile.page) for how it declares them")
        }
        let names = Set(operations.map(\.name))
        for (name, declared) in file.targets.sorted(by: { $0.key < $1.key }) {
            guard names.contains(name) else {
                throw CommandFailure(
                    .usage,
                    "\(path) has a target for \(name), which is no operation; there are "
                        + operations.map(\.name).joined(separator: ", ")
                )
            }
            targets[name] = declared.target
        }
    }
}
