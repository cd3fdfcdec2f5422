/// Sizes and times that are known from applications in production, to begin from.
///
/// Numbers that were found elsewhere: `martlet pool advise` says what fits here.
public enum PoolPreset: String, Sendable, Hashable, CaseIterable {
    /// A server of many tenants that runs long statements: 10 to 60 connections, a minute for each statement.
    case journeys
    /// A messenger on a laptop: 5 connections and 10 beyond.
    case messengerDevelopment = "messenger-development"
    /// A messenger before its release: 10 connections and 20 beyond.
    case messengerStaging = "messenger-staging"
    /// A messenger at work: 20 connections and 40 beyond, which is all that small hosted servers have.
    case messengerProduction = "messenger-production"
    /// A server of logins and chats on a laptop: 2 to 10 connections.
    case loginsDevelopment = "logins-development"
    /// A server of logins and chats at work: 5 to 20 connections.
    case loginsProduction = "logins-production"

    /// What the preset stands for.
    public var configuration: PoolConfiguration {
        switch self {
        case .journeys:
            var configuration = PoolConfiguration(min: 10, max: 60)
            configuration.statementTimeout = .seconds(60)
            return configuration
        case .messengerDevelopment: return PoolConfiguration(max: 5, overflow: 10)
        case .messengerStaging: return PoolConfiguration(max: 10, overflow: 20)
        case .messengerProduction: return PoolConfiguration(max: 20, overflow: 40)
        case .loginsDevelopment: return PoolConfiguration(min: 2, max: 10)
        case .loginsProduction: return PoolConfiguration(min: 5, max: 20)
        }
    }
}

extension PoolConfiguration {
    /// Takes a preset, and from the environment `DB_MAX_CONNECTIONS` and `DB_MIN_CONNECTIONS` where they are set.
    ///
    ///     try PoolConfiguration(.loginsProduction, environment: ProcessInfo.processInfo.environment)
    ///
    /// `DB_MAX_CONNECTIONS` is the most that there may be: with it nothing overflows, and a minimum of the preset above
    /// it is lowered to it.
    public init(_ preset: PoolPreset, environment: [String: String] = [:]) throws(PoolSettingError) {
        self = preset.configuration
        let (max, min) = (
            try Self.number("DB_MAX_CONNECTIONS", in: environment, atLeast: 1),
            try Self.number("DB_MIN_CONNECTIONS", in: environment, atLeast: 0)
        )
        if let max {
            self.max = max
            overflow = 0
            self.min = Swift.min(self.min, max)
        }
        guard let min else { return }
        guard min <= self.max else {
            throw PoolSettingError(
                name: "DB_MIN_CONNECTIONS",
                value: "\(min)",
                wanted: "at most \(self.max), the maximum"
            )
        }
        self.min = min
    }

    private static func number(
        _ name: String,
        in environment: [String: String],
        atLeast least: Int
    ) throws(PoolSettingError) -> Int? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        guard let number = Int(text), (least...connectionsMax).contains(number) else {
            throw PoolSettingError(name: name, value: text, wanted: "a whole number from \(least) to \(connectionsMax)")
        }
        return number
    }

    /// MAX_BACKENDS of PostgreSQL is 262,143; no process has use for as many.
    private static let connectionsMax = 10_000
}
