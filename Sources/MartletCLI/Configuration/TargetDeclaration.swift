import MartletLoad

/// How fast an operation has to be, as files declare it: `100ms`, or with more to say `{time: 100ms, acceptable: 1s}`.
struct TargetDeclaration: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case time, acceptable, percentile
    }

    let target: LatencyTarget

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            target = LatencyTarget(try Self.duration(text, decoder))
            return
        }
        let container = try decoder.declaration(CodingKeys.self)
        let percentile = try container.decodeIfPresent(Double.self, forKey: .percentile) ?? 95
        guard percentile > 0, percentile <= 100 else {
            throw decoder.corrupted("percentile is above 0 and at most 100")
        }
        let time = try Self.duration(try container.decode(String.self, forKey: .time), decoder)
        let acceptable = try container.decodeIfPresent(String.self, forKey: .acceptable)
            .map { try Self.duration($0, decoder) }
        if let acceptable, acceptable < time {
            throw decoder.corrupted("acceptable is less than time; it is what is slower and yet no reason to act")
        }
        target = LatencyTarget(time, acceptable: acceptable, percentile: percentile)
    }

    private static func duration(_ text: String, _ decoder: any Decoder) throws -> Duration {
        guard let duration = DurationArgument(argument: text)?.duration, duration > .zero else {
            throw decoder.corrupted("\(text.debugDescription) is no time such as 100ms or 1.5s")
        }
        return duration
    }
}
