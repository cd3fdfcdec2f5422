/// Draws positions so often as their weights say.
struct WeightedChoice: Sendable {
    /// Sums of the weights up to each position, as shares of all.
    private let bounds: [Double]

    init(_ weights: [Double]) {
        precondition(!weights.isEmpty, "there is nothing to choose from")
        let total = weights.reduce(0, +)
        var sum = 0.0
        bounds = weights.map { weight in
            sum += weight
            return sum / total
        }
    }

    func next(using random: inout some RandomNumberGenerator) -> Int {
        guard bounds.count > 1 else { return 0 }
        let ticket = Double.random(in: 0..<1, using: &random)
        return bounds.firstIndex { ticket < $0 } ?? bounds.count - 1
    }
}
