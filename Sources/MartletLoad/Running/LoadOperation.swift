package import MartletCore

/// Something that a load runs again and again.
package struct LoadOperation: Sendable {
    /// One run; what it draws comes from the generator of its worker, so that a seed tells all of it.
    package typealias Body = @Sendable (_ random: inout SplitMix64, _ connection: any Connection) async throws -> Void

    package let name: String
    /// How often it runs, relative to the weights of the others; more than zero.
    package let weight: Double
    package let body: Body
    /// What the body does, where that is known before.
    let script: LoadScript?

    package init(name: String, weight: Double = 1, body: @escaping Body) {
        self.init(name: name, weight: weight, script: nil, body)
    }

    init(name: String, weight: Double, _ script: LoadScript) {
        self.init(name: name, weight: weight, script: script) { random, connection in
            try await script.run(&random, on: connection)
        }
    }

    private init(name: String, weight: Double, script: LoadScript?, _ body: @escaping Body) {
        precondition(weight > 0 && weight.isFinite, "an operation runs more often than never")
        self.script = script
        self.name = name
        self.weight = weight
        self.body = body
    }
}
