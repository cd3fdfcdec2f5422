import MartletCore
import MartletLoad

/// Where a parameter's value comes from, as a scenario declares it: `{from: 1, to: 100}` or `{values: [a, b]}`.
struct ParameterDeclaration: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case from, to, values, distribution, exponent, format
    }

    /// A value as YAML has it.
    private struct Scalar: Decodable {
        let value: Value

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                value = .null
            } else if let integer = try? container.decode(Int64.self) {
                value = .integer(integer)
            } else if let double = try? container.decode(Double.self) {
                value = .double(double)
            } else if let bool = try? container.decode(Bool.self) {
                value = .bool(bool)
            } else {
                value = .text(try container.decode(String.self))
            }
        }
    }

    let source: ParameterSource

    init(from decoder: any Decoder) throws {
        let container = try decoder.declaration(CodingKeys.self)
        for key in [CodingKeys.from, .to] where container.contains(key) && container.contains(.values) {
            throw decoder.corrupted("values and \(key.stringValue) contradict each other; keep one of them")
        }
        let values = try Self.values(container)
        source = ParameterSource(
            values,
            distribution: try Self.distribution(container, of: values.count),
            format: try container.decodeIfPresent(String.self, forKey: .format)
        )
    }

    private static func values(_ container: KeyedDecodingContainer<CodingKeys>) throws -> ParameterSource.Values {
        if let list = try container.decodeIfPresent([Scalar].self, forKey: .values) {
            guard !list.isEmpty else { throw corrupted(.values, container, "there is nothing to draw from") }
            return .list(list.map(\.value))
        }
        let from = try container.decode(Int64.self, forKey: .from)
        let to = try container.decode(Int64.self, forKey: .to)
        guard from <= to else { throw corrupted(.to, container, "\(to) is less than \(from)") }
        return .integers(from...to)
    }

    private static func distribution(
        _ container: KeyedDecodingContainer<CodingKeys>,
        of count: Int
    ) throws -> ParameterSource.Distribution {
        let exponent = try container.decodeIfPresent(Double.self, forKey: .exponent) ?? 1
        switch try container.decodeIfPresent(String.self, forKey: .distribution) ?? "uniform" {
        case "uniform":
            guard !container.contains(.exponent) else {
                throw corrupted(.exponent, container, "an exponent is that of distribution: zipf")
            }
            return .uniform
        case "zipf":
            guard exponent >= 0, exponent.isFinite else {
                throw corrupted(.exponent, container, "an exponent is 0 or more")
            }
            guard count <= ZipfDistribution.countMax else {
                throw corrupted(.distribution, container, "zipf draws from 2^53 numbers at the most")
            }
            return .zipf(exponent: exponent)
        case let other: throw corrupted(.distribution, container, "\(other) is neither uniform nor zipf")
        }
    }

    private static func corrupted(
        _ key: CodingKeys,
        _ container: KeyedDecodingContainer<CodingKeys>,
        _ text: String
    ) -> DecodingError {
        .dataCorruptedError(forKey: key, in: container, debugDescription: text)
    }
}
