import Glibc

/// Draws ranks of which the k-th comes as often as k to the power of minus the exponent says.
///
/// Constant time and memory for any number of ranks, by rejection from the inverted integral of that power. Source:
/// Hörmann and Derflinger, "Rejection-inversion to generate variates from monotone discrete distributions", 1996.
package struct ZipfDistribution: Sendable, Hashable {
    /// Ranks beyond this are not told apart by the numbers they are reckoned with.
    package static let countMax = 1 << 53

    package let count: Int
    package let exponent: Double
    private let integralAtStart: Double
    private let integralAtEnd: Double
    /// Distance to the rank within which no rejection is possible.
    private let safeDistance: Double

    package init(count: Int, exponent: Double) {
        precondition((1...Self.countMax).contains(count), "a rank is drawn from one or more")
        precondition(exponent >= 0 && exponent.isFinite, "an exponent is 0 or more")
        self.count = count
        self.exponent = exponent
        integralAtStart = Self.integral(1.5, exponent) - 1
        integralAtEnd = Self.integral(Double(count) + 0.5, exponent)
        let second = Self.integral(2.5, exponent) - Self.density(2, exponent)
        safeDistance = 2 - Self.inverseIntegral(second, exponent)
    }

    /// A rank from 1, the most frequent, to `count`.
    package func next(using random: inout some RandomNumberGenerator) -> Int {
        while true {
            let uniform = Double.random(in: 0..<1, using: &random)
            let area = integralAtEnd + uniform * (integralAtStart - integralAtEnd)
            let place = Self.inverseIntegral(area, exponent)
            let rank = min(max(place.rounded(), 1), Double(count))
            if rank - place <= safeDistance
                || area >= Self.integral(rank + 0.5, exponent) - Self.density(rank, exponent)
            {
                return Int(rank)
            }
        }
    }

    private static func density(_ place: Double, _ exponent: Double) -> Double {
        exp(-exponent * log(place))
    }

    /// The integral of the density from 1, in a form that holds at exponent 1, where it is the logarithm.
    private static func integral(_ place: Double, _ exponent: Double) -> Double {
        let logarithm = log(place)
        let power = (1 - exponent) * logarithm
        return (abs(power) < 1e-12 ? 1 : expm1(power) / power) * logarithm
    }

    private static func inverseIntegral(_ area: Double, _ exponent: Double) -> Double {
        // Rounding must not lead below the place at which the density has no bound.
        let power = max(area * (1 - exponent), -1)
        return exp((abs(power) < 1e-12 ? 1 : log1p(power) / power) * area)
    }
}
