import Martlet
import MartletCore
import MartletTesting
import Testing

/// One of the two databases that a rule must hold on.
enum Backend: CaseIterable, Sendable {
    case sqlite
    case postgres

    /// Lends an engine for an empty database that has run a script, with a recorder of what runs on it.
    func withEngine<Success>(
        _ script: String = "",
        _ body: (any Engine, TraceRecorder) async throws -> Success
    ) async throws -> Success {
        let recorder = TraceRecorder()
        let file = self == .sqlite ? try TemporaryDatabase() : nil
        let base: any Engine = if let file { file.engine } else { try await PrivatePostgres.temporaryDatabase() }
        if !script.isEmpty { try await base.withConnection(.readWrite) { try await $0.runScript(script) } }
        let success = try await body(RecordingEngine(base, recorder: recorder), recorder)
        withExtendedLifetime(file) {}
        return success
    }

    /// A table of the default schema.
    func table(_ name: String) -> QualifiedName {
        QualifiedName(schema: self == .sqlite ? "main" : "public", name: name)
    }
}

extension Connection {
    /// The one number that a statement returns.
    func number(_ statement: BoundStatement) async throws -> Int {
        try await run(statement)[0].decode(Int.self, at: 0)
    }
}
