package import MartletCore

/// Where the value of a parameter comes from.
package struct ParameterSource: Sendable {
    /// What there is to draw from.
    package enum Values: Sendable, Hashable {
        case integers(ClosedRange<Int64>)
        /// At least one.
        case list([Value])
    }

    /// How often each is drawn.
    package enum Distribution: Sendable, Hashable {
        case uniform
        /// The first most often, the k-th as often as k to the power of minus the exponent says.
        case zipf(exponent: Double)
    }

    package let values: Values
    /// Text in which `%d` is replaced by what was drawn; nil for the value itself.
    package let format: String?
    private let zipf: ZipfDistribution?

    /// A Zipf distribution needs as many values as `ZipfDistribution.countMax` at the most.
    package init(_ values: Values, distribution: Distribution = .uniform, format: String? = nil) {
        self.values = values
        self.format = format
        switch distribution {
        case .uniform: zipf = nil
        case .zipf(let exponent): zipf = ZipfDistribution(count: values.count, exponent: exponent)
        }
    }

    package func next(using random: inout SplitMix64) -> Value {
        let value = drawn(&random)
        guard let format else { return value }
        return .text(format.replacing("%d", with: Self.text(value)))
    }

    private static func text(_ value: Value) -> String {
        switch value {
        case .integer(let integer): "\(integer)"
        case .double(let double): "\(double)"
        case .bool(let bool): "\(bool)"
        default: String(from: value) ?? ""
        }
    }

    private func drawn(_ random: inout SplitMix64) -> Value {
        switch values {
        case .integers(let range):
            guard let zipf else { return .integer(Int64.random(in: range, using: &random)) }
            return .integer(range.lowerBound + Int64(zipf.next(using: &random) - 1))
        case .list(let list):
            let position = zipf.map { $0.next(using: &random) - 1 } ?? Int.random(in: list.indices, using: &random)
            return list[position]
        }
    }
}

extension ParameterSource.Values {
    /// How many different ones there are; `Int.max` for more than that.
    package var count: Int {
        switch self {
        case .integers(let range):
            let (distance, isOverflown) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
            return isOverflown || distance == .max ? .max : Int(distance) + 1
        case .list(let list): return list.count
        }
    }
}
