import MartletCore

extension JourneysOperations {
    /// Visits of one run: enough that many nodes are asked for again.
    private static let visits = 200

    /// Visits of a server that has run for a while, for each node that there is: by then it has met nearly all that
    /// are asked for.
    private static let pastPerNode = 20

    /// How often the same node is asked for in a row.
    private static let repetitions = 50

    /// The rows that caches mend.
    var caches: [CaseOperation] { [visits, laterVisits, strangers, change] }

    private var visits: CaseOperation {
        let drawn = drawnVisits
        let gauge = CacheGauge()
        var operation = CaseOperation(
            id: "2c",
            title: "look up tenant and node for each of 200 steps",
            claimedRatio: 5...10,
            claim: "80-90 % fewer statements (5-10x)",
            change: .nothing,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            let server = JourneyServer(way, on: connection)
            let labels = try await server.labels(of: drawn[connection.dialect] ?? [], on: connection)
            gauge.note(server.bytes, of: way)
            return labels
        }
        operation.cacheBytes = { gauge[$0] }
        return operation
    }

    /// The same on a server that has run for a while, which is what caches are for.
    private var laterVisits: CaseOperation {
        let drawn = drawnVisits
        let gauge = CacheGauge()
        let running = JourneyServer.Running()
        var operation = CaseOperation(
            id: "2c-warm",
            title: "look up tenant and node for each of 200 steps, on a server that has run for a while",
            claimedRatio: 5...10,
            claim: "80-90 % fewer statements (5-10x)",
            change: .nothing,
            ways: [.before, .seed, .expert]
        ) { way, connection in
            let server = running.server(way, on: connection)
            let labels = try await server.labels(of: drawn[connection.dialect] ?? [], on: connection)
            gauge.note(server.bytes, of: way)
            return labels
        }
        operation.opening = { [size] way, engine in
            let connection = try await engine.connect(.readWrite)
            let server = running.start(way, on: connection)
            let nodes = JourneysShape(size: size, dialect: engine.dialect).nodes
            let past = JourneyTraffic(size, for: engine.dialect).dropFirst(Self.visits)
            do {
                try await server.remember(past.prefix(Self.pastPerNode * nodes))
            } catch {
                await connection.close()
                throw error
            }
            return connection
        }
        operation.cacheBytes = { gauge[$0] }
        return operation
    }

    /// Drawn once, so that no way is timed while it draws.
    private var drawnVisits: [Dialect: [JourneyVisit]] {
        Dictionary(
            uniqueKeysWithValues: Dialect.allCases.map { dialect in
                (dialect, Array(JourneyTraffic(size, for: dialect).prefix(Self.visits)))
            }
        )
    }

    private var strangers: CaseOperation {
        let own = JourneyVisit(
            tenant: JourneysID.tenant(1),
            journey: JourneysID.journey(1),
            node: JourneysID.node(1)
        )
        var foreign = own
        foreign.tenant = JourneysID.tenant(2)
        let visits = (0..<Self.repetitions).flatMap { _ in [own, foreign] }
        let gauge = CacheGauge()
        var operation = CaseOperation(
            id: "2c-tenants",
            title: "look up a node 50 times for its tenant, and for another",
            claimedRatio: nil,
            claim: "none: the document's key has no tenant",
            change: .nothing,
            faults: [CaseOperation.Fault(.seed, "gives a tenant the node of another")],
            ways: [.before, .seed, .expert]
        ) { way, connection in
            let server = JourneyServer(way, on: connection)
            let labels = try await server.labels(of: visits, on: connection)
            gauge.note(server.bytes, of: way)
            return labels
        }
        operation.cacheBytes = { gauge[$0] }
        return operation
    }

    private var change: CaseOperation {
        let visit = JourneyVisit(
            tenant: JourneysID.tenant(1),
            journey: JourneysID.journey(1),
            node: JourneysID.node(1)
        )
        let gauge = CacheGauge()
        var operation = CaseOperation(
            id: "2f",
            title: "look a node up 50 times, change it, and look it up again",
            claimedRatio: nil,
            claim: "none: stale until its time is over",
            change: .rolledBack,
            faults: [CaseOperation.Fault(.seed, "serves what the node was for up to five minutes")],
            ways: [.before, .seed, .expert]
        ) { way, connection in
            try await JourneyVisits()
                .typesAroundChange(of: visit, to: "WAIT", reads: Self.repetitions, way, on: connection, gauge: gauge)
        }
        operation.cacheBytes = { gauge[$0] }
        return operation
    }
}
