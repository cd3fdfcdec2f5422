/// What `martlet.yaml` says.
struct Configuration: Decodable {
    static let defaultPath = "martlet.yaml"

    /// Counters by name.
    var counters: [String: CounterDeclaration]?
    /// How fast operations have to be, by their names.
    var targets: [String: TargetDeclaration]?

    /// Reads the file; one that is not there or cannot be understood is a usage error.
    static func read(_ path: String) throws(CommandFailure) -> Configuration {
        try YAMLFile.read(Configuration.self, at: path, option: "--config", page: "docs/counters.md")
    }
}
