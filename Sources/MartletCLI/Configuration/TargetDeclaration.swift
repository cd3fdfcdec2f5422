import MartletLoad

/// How fast an operation has to be, as files declare it: `100ms`, or with more to say `{time: 100ms, acceptable: 1s}`.
struct TargetDeclaration: Decodable {
    private enum CodingKeys: String, CodingKey {
        case time, acceptable, percentile
    }

    let target: LatencyTarget

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            target = LatencyTarget(try Self.duration(text, decoder))
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let percentile = try container.decodeIfPresent(Double.self, forKey: .percentile) ?? 95
        guard percentile > 0, percentile <= 100 else {
            throw Self.corrupted(decoder, "percentile is above 0 and at most 100")
        }
        target = LatencyTarget(
            try Self.duration(try container.decode(String.self, forKey: .time), decoder),
            acceptable: try container.decodeIfPresent(String.self, forKey: .acceptable)
                .map { try Self.duration($0, decoder) },
            percentile: percentile
        )
    }

    private static func duration(_ text: String, _ decoder: any Decoder) throws -> Duration {
        guard let duration = DurationArgument(argument: text)?.duration, duration > .zero else {
            throw corrupted(decoder, "\(text.debugDescription) is no time such as 100ms or 1.5s")
        }
        return duration
    }

    private static func corrupted(_ decoder: any Decoder, _ text: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: text))
    }
}
