package import MartletCore

/// Nodes in the order in which a server needs them: few are needed often, by Zipf's law with exponent 1.
package struct JourneyTraffic: Sendable, Sequence, IteratorProtocol {
    private let shape: JourneysShape
    /// The share of requests of a node or a more popular one.
    private let shares: [Double]
    /// Nodes by their popularity.
    private let nodes: [Int]
    private var random: SplitMix64

    /// The nodes of a data set; the same seed gives the same visits.
    package init(_ size: CaseSize, for dialect: Dialect, seed: UInt64 = 1) {
        shape = JourneysShape(size: size, dialect: dialect)
        random = DataSeed(seed).generator(stream: 29)
        nodes = (1...shape.nodes).shuffled(using: &random)
        var sum = 0.0
        let sums = nodes.indices.map { place in
            sum += 1 / Double(place + 1)
            return sum
        }
        shares = sums.map { $0 / sum }
    }

    package mutating func next() -> JourneyVisit? {
        let drawn = Double.random(in: 0..<1, using: &random)
        var (low, high) = (0, shares.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if shares[middle] > drawn { high = middle } else { low = middle + 1 }
        }
        let journey = shape.journey(ofNode: nodes[low])
        return JourneyVisit(
            tenant: JourneysID.tenant(shape.tenant(ofJourney: journey)),
            journey: JourneysID.journey(journey),
            node: JourneysID.node(nodes[low])
        )
    }
}
