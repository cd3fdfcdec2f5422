import MartletCore

/// A real engine that only ever gives read-only connections, as a read-only file does.
struct ReadOnlyEngine: Engine {
    private let engine: any Engine

    init(_ engine: any Engine) {
        self.engine = engine
    }

    var dialect: Dialect { engine.dialect }
    var capabilities: Capabilities { engine.capabilities }
    var displayName: String { engine.displayName }

    func connect(_ access: Access) async throws(EngineError) -> any Connection {
        try await engine.connect(.readOnly)
    }

    func shutdown() async {}
}

/// A real engine whose sessions act as another role.
struct RoleEngine: Engine {
    private let engine: any Engine
    private let role: String

    init(_ engine: any Engine, role: String) {
        self.engine = engine
        self.role = role
    }

    var dialect: Dialect { engine.dialect }
    var capabilities: Capabilities { engine.capabilities }
    var displayName: String { engine.displayName }

    func connect(_ access: Access) async throws(EngineError) -> any Connection {
        let connection = try await engine.connect(access)
        try await connection.run("SET ROLE \(Identifier(role))")
        return connection
    }

    func shutdown() async {}
}
