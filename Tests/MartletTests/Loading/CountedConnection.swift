import MartletCore

/// Forwards all and reports its end.
final class CountedConnection: ForwardingConnection {
    let base: any Connection
    private let engine: CountingEngine

    init(_ base: any Connection, _ engine: CountingEngine) {
        self.base = base
        self.engine = engine
    }

    func close() async {
        await base.close()
        engine.closed()
    }
}
