/// What `martlet.yaml` says.
struct Configuration: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case counters, targets
    }

    static let defaultPath = "martlet.yaml"

    /// Counters by name.
    let counters: [String: CounterDeclaration]
    /// How fast operations have to be, by their names.
    let targets: [String: TargetDeclaration]

    init(from decoder: any Decoder) throws {
        let container = try decoder.declaration(CodingKeys.self)
        counters = try container.decodeIfPresent([String: CounterDeclaration].self, forKey: .counters) ?? [:]
        targets = try container.decodeIfPresent([String: TargetDeclaration].self, forKey: .targets) ?? [:]
    }

    /// Reads the file; one that is not there or cannot be understood is a usage error.
    static func read(_ path: String) throws(CommandFailure) -> Configuration {
        try YAMLFile.read(Configuration.self, at: path, option: "--config", page: "docs/counters.md")
    }
}
