import ArgumentParser

/// `martlet demo`: the whole loop on an application of the source documents.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "demo", abstract: "Shows the whole loop.")

    func run() async throws {}
}
